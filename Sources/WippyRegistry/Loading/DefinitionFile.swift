import WippyCore

/// One definition file, taken apart into entries that are not yet checked.
struct DefinitionFile {
  let namespace: String
  let entries: [SourceNode]

  /// Whether bytes that are no definition file for sure can be left alone without parsing them.
  static func mayDefine(_ bytes: [UInt8]) -> Bool {
    contains(bytes, Array("namespace".utf8)) || contains(bytes, Array("entries".utf8))
  }

  /// Whether a file that does not parse was meant to be a definition file: a key of its outermost map says so.
  static func looksLikeDefinition(_ bytes: [UInt8], name: String) -> Bool {
    if ["_index.yaml", "_index.yml", "_index.json"].contains(name) { return true }
    return bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }).contains { line in
      let text = line.drop { name.hasSuffix(".json") ? [32, 9, 123].contains($0) : $0 == 123 }
      return ["namespace", "entries"].contains { key in
        ["\(key):", "\(key) :", "\"\(key)\""].contains { text.starts(with: $0.utf8) }
      }
    }
  }

  /// The namespace that a file which does not parse seems to have.
  static func guessedNamespace(_ bytes: [UInt8]) -> String? {
    for line in bytes.split(whereSeparator: { $0 == 10 || $0 == 13 })
    where line.starts(with: "namespace:".utf8) {
      let text = String(decoding: line.dropFirst(10), as: UTF8.self)
      return text.split(whereSeparator: { " \t\"'".contains($0) }).first.map(String.init)
    }
    return nil
  }

  /// `nil` when the file is no definition file, or one of which nothing can be used.
  init?(_ root: SourceNode, report: (Diagnostic.Severity, SourcePosition, String) -> Void) {
    guard root.pairs != nil else { return nil }
    let namespaceNode = root["namespace"]
    let entriesNode = root.pair("entries")
    let isSingle = root.pair("name") != nil && root.pair("kind") != nil && namespaceNode != nil
    guard namespaceNode != nil || entriesNode != nil else { return nil }
    if let version = root["version"], version.scalar?.text != "1.0" {
      let text = version.scalar?.text ?? version.typeName
      report(.error, version.position, "version `\(shortened(text))` is not known: write `version: \"1.0\"`")
    }
    guard let namespaceNode else {
      let place = entriesNode?.keyPosition ?? root.position
      report(
        .error, place, "there are `entries` without a namespace: add the line `namespace: myns` above them")
      return nil
    }
    guard let namespace = namespaceNode.scalar?.text, EntryID.isIdentifier(namespace) else {
      report(
        .error, namespaceNode.position,
        "`namespace`: expected letters, digits, `_`, `-` and dots, got \(namespaceNode.typeName)")
      return nil
    }
    self.namespace = namespace
    var found: [SourceNode] = []
    if let list = entriesNode?.value, !list.isNull {
      if let items = list.items {
        found = items
      } else {
        report(
          .error, list.position,
          "`entries`: expected a list, got \(list.typeName): write `- name: ...` below it")
      }
    }
    if isSingle {
      var single = root
      single.content = .mapping(
        (root.pairs ?? []).filter { !["version", "namespace", "entries"].contains($0.key) })
      found.insert(single, at: 0)
    } else if entriesNode == nil {
      report(
        .warning, namespaceNode.position,
        "the file has a namespace and no entries: add `entries:` and a list below it")
    } else {
      for pair in root.pairs ?? [] where !["version", "namespace", "entries", "meta"].contains(pair.key) {
        let advice = suggestion(for: pair.key, in: ["version", "namespace", "entries"])
        report(
          .warning, pair.keyPosition,
          "unknown key `\(shortened(pair.key))`, which is ignored: \(advice ?? "remove it")")
      }
    }
    entries = found
  }

  private static func contains(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
    guard let first = word.first, bytes.count >= word.count else { return false }
    var index = bytes.startIndex
    while let start = bytes[index...].firstIndex(of: first) {
      if bytes[start...].starts(with: word) { return true }
      index = start + 1
    }
    return false
  }
}
