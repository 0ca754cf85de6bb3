/// An interface as a guest names it, taken apart.
struct InterfaceName: Hashable, Sendable {
  /// Without the version: `wasi:io/streams`.
  let base: String
  /// `0.2.3`; `nil` when there is none.
  let version: String?

  init(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    base = String(parts[0])
    version = parts.count == 2 ? String(parts[1]) : nil
  }

  /// Whether the version is one that is served: any patch of 0.2 for `wasi`, of 0.1 for `wippy`.
  var isServed: Bool {
    guard let version else { return true }
    let prefix = base.hasPrefix("wippy:") ? "0.1." : "0.2."
    guard version.hasPrefix(prefix) else { return false }
    let patch = version.dropFirst(prefix.count)
    return !patch.isEmpty && patch.utf8.allSatisfy { (48...57).contains($0) }
  }
}
