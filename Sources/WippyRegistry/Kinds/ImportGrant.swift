/// One item of `imports`, understood.
package struct ImportGrant: Sendable, Hashable {
  /// The item as it was written.
  package let text: String
  /// The group's name, also for an alias or a single interface.
  package let group: String
  /// What is granted, without versions.
  package let interfaces: [String]
}
