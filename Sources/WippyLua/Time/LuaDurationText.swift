import WippyCore

/// Durations as text: `1h30m`, `500ms`.
package enum LuaDurationText {
  /// Nanoseconds; `nil` when it is no duration.
  package static func parse(_ text: String) -> Int64? { DurationText.signedNanoseconds(text) }
}
