/// A name in `imports` that grants a set of host interfaces.
package struct ImportGroup: Sendable, Hashable {
  /// `wasi:cli`, `funcs`, ...
  package let name: String
  /// Other spellings of the name.
  package let aliases: [String]
  /// The interfaces, without a version: `wasi:cli/environment`.
  package let interfaces: [String]
  /// The versions that are served, as a prefix: `0.2.`; `nil` where there are no versions.
  package let versions: String?
}
