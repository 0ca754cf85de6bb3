import Synchronization

/// Holds the request that a suspended call waits for.
final class LuaFetchBox: Sendable {
  private let held = Mutex<LuaHTTPFetch?>(nil)

  var fetch: LuaHTTPFetch? {
    get { held.withLock { $0 } }
    set { held.withLock { $0 = newValue } }
  }

  func abandon() {
    fetch?.abandon()
  }
}
