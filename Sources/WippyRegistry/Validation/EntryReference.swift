import WippyCore

/// A reference from one entry to another, with its place.
struct EntryReference: Sendable {
  let target: EntryID
  /// Globs of the kinds that fit.
  let kinds: [String]
  /// The field: `wasi.env[0].id`.
  let path: String
  let position: SourcePosition
}
