import WippyCore

/// A `process.lua`, `function.lua` or `library.lua` entry, decoded.
package struct LuaEntry: Sendable {
  package let entry: Entry
  /// The code.
  package let source: String
  /// The file that the code stands in, as messages name it.
  package let file: String
  /// The line of that file on which the code begins.
  package let firstLine: Int
  /// A field of the table that the code returns, or a global function. `nil` for a library.
  package let method: String?
  /// What `require` may load besides `libraries`.
  package let modules: [String]
  /// `imports`: libraries, by alias.
  package let libraries: [Library]
  /// `network.allow`
  package let allow: [NetworkRule]
  package let limits: ProcessLimits
  package let lifecycle: LifecycleConfiguration
  package let command: Command?

  /// One item of `imports`.
  package struct Library: Sendable, Hashable {
    package let alias: String
    package let entry: EntryID
  }

  package var id: EntryID { entry.id }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "*.lua")
    self.entry = entry
    source = try reader.requiredText("source")
    let position = entry.position(of: "source")
    if let origin = entry.node["source"]?.scalar?.origin {
      file = origin
      firstLine = 1
    } else {
      file = position.file
      // The text of a block begins on the line after its mark.
      firstLine = source.contains("\n") ? position.line + 1 : position.line
    }
    method = entry.kind == "library.lua" ? nil : try reader.requiredText("method")
    modules = reader.texts("modules")
    var libraries: [Library] = []
    for (alias, target) in entry.node["imports"]?.pairs?.map({ ($0.key, $0.value) }) ?? [] {
      guard let text = target.string, let id = entry.resolve(text) else {
        throw reader.invalid("imports.\(alias)", "this is no id of a library")
      }
      libraries.append(Library(alias: alias, entry: id))
    }
    self.libraries = libraries
    allow = reader.object("network")?.texts("allow").compactMap(NetworkRule.init) ?? []
    limits = ProcessLimits(reader.object("limits"))
    lifecycle = LifecycleConfiguration(reader.object("lifecycle"))
    command = Command(entry)
  }
}
