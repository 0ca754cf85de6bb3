import Foundation

/// A `.wast` script as `wasm-tools json-from-wast` writes it down.
package struct Script: Decodable, Sendable {
  package var source: String
  /// The hash of the file that a committed script was made of.
  package var sourceHash: String?
  package var commands: [Command]

  enum CodingKeys: String, CodingKey {
    case source = "source_filename"
    case sourceHash = "source_hash"
    case commands
  }

  package struct Command: Decodable, Sendable {
    package var type: String
    package var line: Int
    /// The identifier of a module or of an instance that the command makes.
    var name: String?
    var instance: String?
    /// The definition that `module_instance` instantiates.
    var module: String?
    /// The name under which `register` makes an instance known.
    var registered: String?
    var filename: String?
    /// The module's bytes, where they stand in the script itself (Base64).
    package var content: Data?
    var moduleType: String?
    var action: Action?
    var expected: [ScriptValue]?
    /// What the reference implementation says; only shown.
    var text: String?

    enum CodingKeys: String, CodingKey {
      case type, line, name, instance, module, filename, content, action, expected, text
      case moduleType = "module_type"
      case registered = "as"
    }
  }

  package struct Action: Decodable, Sendable {
    var type: String
    var field: String
    var module: String?
    var args: [ScriptValue]?
  }

  package init(_ json: Data) throws {
    self = try JSONDecoder().decode(Script.self, from: json)
  }
}
