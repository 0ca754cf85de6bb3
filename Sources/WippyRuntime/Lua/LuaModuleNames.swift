import WippyLua
import WippyRegistry

/// The names that an entry's `modules` may list.
enum LuaModuleNames {
  /// Modules that come with a later version: an entry may list them, and fails where it requires one.
  private static let later = ["http", "http_client"]

  static let known: [String] = Set(LuaServices.moduleNames + later).sorted()

  /// What is wrong with a name; `nil` when it is one, also when the module is not there yet.
  static func problem(with name: String) -> String? {
    guard !known.contains(name) else { return nil }
    let advice = suggestion(for: name, in: known) ?? "the modules are \(known.joined(separator: ", "))"
    return "there is no module `\(name)`: \(advice)"
  }
}
