import Synchronization

/// Something that happens once, whoever is first.
final class LuaOnce: Sendable {
  private let action: Mutex<(@Sendable () -> Void)?>

  init(_ action: @escaping @Sendable () -> Void) {
    self.action = Mutex(action)
  }

  func run() {
    let action = action.withLock { $0.take() }
    action?()
  }
}
