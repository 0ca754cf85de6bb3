/// Variables that nobody can change: `env.storage.static`, and `env.storage.os` as it was at the start.
struct FixedStorage: EnvironmentStorage {
  let content: [String: String]
  /// What an error calls it.
  let name: String

  func value(of name: String) -> String? { content[name] }

  func set(_ value: String, for variable: String) throws(StorageProblem) {
    throw StorageProblem(message: "\(name) is read-only: keep `\(variable)` in another storage")
  }

  func values() -> [String: String] { content }
}
