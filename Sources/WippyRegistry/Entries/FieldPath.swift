/// Paths into an entry: `wasi.env[0].id`.
enum FieldPath {
  enum Step: Equatable {
    case key(String)
    case index(Int)
  }

  static func steps(_ path: String) -> [Step] {
    var steps: [Step] = []
    for part in path.split(separator: ".") {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      if let key = pieces.first, !key.isEmpty { steps.append(.key(String(key))) }
      for piece in pieces.dropFirst() {
        guard piece.hasSuffix("]"), let index = Int(piece.dropLast()) else { continue }
        steps.append(.index(index))
      }
    }
    return steps
  }
}
