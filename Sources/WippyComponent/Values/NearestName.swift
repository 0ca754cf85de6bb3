/// Finds what a misspelled name was meant to be.
enum NearestName {
  /// Longer names are not compared: the distance costs the product of both lengths.
  private static let longestName = 64

  /// The candidate that is at most about a third of its letters away from `name`; `nil` when none is.
  static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(name)
    guard !wanted.isEmpty, wanted.count <= longestName else { return nil }
    var best: (distance: Int, name: String)?
    for candidate in candidates {
      let letters = folded(candidate)
      guard letters.count <= longestName else { continue }
      let distance = distance(wanted, letters)
      let limit = max(1, max(wanted.count, letters.count) / 3)
      guard distance <= limit, distance < letters.count else { continue }
      if distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.name
  }

  /// Case and the choice of `_` or `-` are not what makes two names different.
  private static func folded(_ name: String) -> [UInt8] {
    name.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      case UInt8(ascii: "_"): UInt8(ascii: "-")
      default: byte
      }
    }
  }

  /// The optimal string alignment distance: one for an insertion, deletion, change or swap of neighbours.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}
