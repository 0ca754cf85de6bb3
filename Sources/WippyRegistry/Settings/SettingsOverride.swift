import WippyCore
import WippyYAML

/// `--set section.path=value`.
enum SettingsOverride {
  static let file = "--set"

  /// Puts the value into `root`; the problem when `text` is no override.
  static func apply(_ text: String, to root: inout SourceNode) -> Diagnostic? {
    let place = SourcePosition(file: file)
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !path.contains("") else {
      return Diagnostic(
        .error, place, "\"\(shortened(text))\" is no setting: write `--set section.path=value`")
    }
    let value = String(parts[1])
    let scalar = SourceScalar(text: value, value: ScalarResolution.value(ofPlain: value), isPlain: true)
    root = replaced(root, path[...], with: SourceNode(.scalar(scalar), at: place))
    return nil
  }

  private static func replaced(_ node: SourceNode, _ path: ArraySlice<String>, with value: SourceNode)
    -> SourceNode
  {
    guard let key = path.first else { return value }
    var pairs = node.pairs ?? []
    let inner = replaced(
      node.pair(key)?.value ?? SourceNode(.mapping([]), at: value.position), path.dropFirst(), with: value)
    if let index = pairs.firstIndex(where: { $0.key == key }) {
      pairs[index].value = inner
    } else {
      pairs.append(SourcePair(key: key, keyPosition: value.position, value: inner))
    }
    return SourceNode(.mapping(pairs), at: node.position)
  }
}
