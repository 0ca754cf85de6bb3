/// Why core modules stay apart: they are instantiated one by one then, with the same result.
struct MergeRefusal: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
