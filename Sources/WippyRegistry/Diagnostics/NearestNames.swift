/// The names that are closest to `name`, best first; at most three, none when nothing is close.
///
/// The distance counts insertions, deletions, replacements and swaps of neighbours, without regard to case.
package func nearestNames(to name: String, in candidates: some Sequence<String>) -> [String] {
  // Nobody misspells a name of this length into another one, and the comparison is quadratic.
  guard name.utf8.count <= 256 else { return [] }
  let wanted = Array(name.lowercased().utf8)
  let bound = max(1, min(3, wanted.count / 3))
  var found: [(distance: Int, name: String)] = []
  var seen: Set<String> = []
  for candidate in candidates where seen.insert(candidate).inserted {
    let distance = editDistance(wanted, Array(candidate.lowercased().utf8), bound: bound)
    if distance <= bound { found.append((distance, candidate)) }
  }
  // Beside a name that is one slip away, a far one only confuses.
  let best = found.lazy.map(\.distance).min() ?? 0
  let close = found.filter { $0.distance <= best + 1 }
  return close.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
}

/// `did you mean ...?` with the nearest names, each in backquotes; `nil` when there is none.
package func suggestion(for name: String, in candidates: some Sequence<String>) -> String? {
  let near = nearestNames(to: name, in: candidates)
  guard !near.isEmpty else { return nil }
  return "did you mean \(near.map { "`\($0)`" }.joined(separator: " or "))?"
}

/// The edit distance, or any number above `bound` when it is larger than that.
private func editDistance(_ left: [UInt8], _ right: [UInt8], bound: Int) -> Int {
  guard abs(left.count - right.count) <= bound else { return bound + 1 }
  if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for row in 1...left.count {
    var current = [row]
    current.reserveCapacity(right.count + 1)
    var best = row
    for column in 1...right.count {
      let replaced = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
      var cost = min(replaced, previous[column] + 1, current[column - 1] + 1)
      if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
        cost = min(cost, beforePrevious[column - 2] + 1)
      }
      current.append(cost)
      best = min(best, cost)
    }
    if best > bound { return bound + 1 }
    beforePrevious = previous
    previous = current
  }
  return previous[right.count]
}
