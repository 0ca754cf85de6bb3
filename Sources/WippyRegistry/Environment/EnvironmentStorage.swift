/// Why a storage cannot do what was asked; the resolver adds the entry.
struct StorageProblem: Error, Sendable {
  let message: String
}

/// Where variables are kept.
protocol EnvironmentStorage: Sendable {
  /// The value of a variable; `nil` when there is none. An empty string is a value.
  func value(of name: String) throws(StorageProblem) -> String?

  /// Sets a variable, for as long as the storage keeps it.
  func set(_ value: String, for name: String) throws(StorageProblem)

  /// All variables that there are.
  func values() throws(StorageProblem) -> [String: String]
}
