import WippyLua
import WippyRegistry

/// The names that an entry's `modules` may list.
enum LuaModuleNames {
  static let known: [String] = Set(LuaServices.moduleNames).sorted()

  /// What is wrong with a name; `nil` when it is one.
  static func problem(with name: String) -> String? {
    guard !known.contains(name) else { return nil }
    let advice = suggestion(for: name, in: known) ?? "the modules are \(known.joined(separator: ", "))"
    return "there is no module `\(name)`: \(advice)"
  }
}
