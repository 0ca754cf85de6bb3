/// Which files leave a cache so that another one fits.
struct EvictionPlan {
  /// In the order in which they go.
  var names: [String] = []

  /// How long an unfinished file may be somebody's work, in nanoseconds: an hour.
  private static let temporaryLifetime: Int64 = 3_600_000_000_000

  init(entries: [CacheDirectory.Entry], incoming: UInt64, maximumSize: UInt64, now: Int64) {
    // A piece of code and its record go together, and count as used when the later of them was.
    var groups: [Substring: (names: [String], size: UInt64, used: Int64)] = [:]
    var total = incoming
    for entry in entries {
      if entry.name.hasPrefix(CacheDirectory.temporaryPrefix) {
        if now - entry.modified > EvictionPlan.temporaryLifetime { names.append(entry.name) }
        continue
      }
      // Others' files are not ours to delete.
      let parts = entry.name.split(separator: ".")
      guard parts.count == 2, ["code", "record", "digest"].contains(parts[1]) else { continue }
      var group = groups[parts[0]] ?? ([], 0, .min)
      // The record goes first: code without a record is not used.
      group.names.insert(entry.name, at: parts[1] == "record" ? 0 : group.names.endIndex)
      group.size += entry.size
      group.used = max(group.used, entry.modified)
      groups[parts[0]] = group
      total += entry.size
    }
    guard total > maximumSize else { return }
    for group in groups.values.sorted(by: { $0.used < $1.used }) {
      guard total > maximumSize else { break }
      names += group.names
      total -= group.size
    }
  }
}
