import Synchronization

/// `env.storage.memory`: variables that live as long as the runtime.
final class MemoryStorage: EnvironmentStorage {
  private let content: Mutex<[String: String]>

  init(_ content: [String: String]) { self.content = Mutex(content) }

  func value(of name: String) -> String? { content.withLock { $0[name] } }
  func set(_ value: String, for name: String) { content.withLock { $0[name] = value } }
  func values() -> [String: String] { content.withLock { $0 } }
}
