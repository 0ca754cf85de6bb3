/// `env.storage.router`: the first storage that has a variable wins; writes go to the first.
struct RouterStorage: EnvironmentStorage {
  let storages: [any EnvironmentStorage]

  func value(of name: String) throws(StorageProblem) -> String? {
    for storage in storages {
      if let value = try storage.value(of: name) { return value }
    }
    return nil
  }

  func set(_ value: String, for name: String) throws(StorageProblem) {
    guard let first = storages.first else { throw StorageProblem(message: "the router has no storage") }
    try first.set(value, for: name)
  }

  func values() throws(StorageProblem) -> [String: String] {
    var all: [String: String] = [:]
    for storage in storages { all.merge(try storage.values()) { first, _ in first } }
    return all
  }
}
