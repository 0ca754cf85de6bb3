/// What a decoder takes beyond the stable component model.
package enum FeatureSet: Sendable {
  /// Features that are not stable yet are refused by their names.
  case stable
  /// Drafts are decoded and validated as well: fixed-length lists, maps, and the asynchronous component model,
  /// whose functions trap where they are called.
  case drafts
}
