/// What the cache could not do. It never stops a run.
package enum CacheWarning: Sendable, Hashable, CustomStringConvertible {
  /// The run has no cache at all.
  case unavailable(String)
  /// Nothing is stored any more.
  case unwritable(String)
  /// A stored file was not what it should be; it is compiled again.
  case rejected(file: String, reason: String)

  package var description: String {
    switch self {
    case .unavailable(let reason): "running without a cache of compiled code: \(reason)"
    case .unwritable(let reason): "compiled code is not kept: \(reason)"
    case .rejected(let file, let reason): "cached code \(file) is compiled again: \(reason)"
    }
  }
}
