import WippyCore

/// A value of a YAML file with its position: what validation and the typed views read.
package struct SourceNode: Sendable {
  package enum Content: Sendable {
    case scalar(SourceScalar)
    case sequence([SourceNode])
    case mapping([SourcePair])
  }

  package var content: Content
  package var position: SourcePosition

  package init(_ content: Content, at position: SourcePosition) {
    self.content = content
    self.position = position
  }

  /// The pairs of a mapping; `nil` for anything else.
  package var pairs: [SourcePair]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  /// The items of a sequence; `nil` for anything else.
  package var items: [SourceNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  package var scalar: SourceScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The text of a string. A number or a boolean is no string, unless an environment variable supplied it.
  package var string: String? {
    guard let scalar else { return nil }
    if case .string = scalar.value { return scalar.text }
    return scalar.isSubstituted ? scalar.text : nil
  }

  package var isNull: Bool { scalar?.value == .null }

  /// The value of `key` in a mapping; a null counts as absent.
  package subscript(key: String) -> SourceNode? {
    guard let value = pair(key)?.value, !value.isNull else { return nil }
    return value
  }

  package func pair(_ key: String) -> SourcePair? {
    pairs?.first { $0.key == key }
  }

  /// The node as a plain value, without positions.
  package var value: Value {
    switch content {
    case .scalar(let scalar): scalar.value
    case .sequence(let items): .array(items.map(\.value))
    case .mapping(let pairs): .table(pairs.map { Value.Field($0.key, $0.value.value) })
    }
  }

  /// What a message calls this value's type.
  package var typeName: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a map"
    case .scalar(let scalar):
      switch scalar.value {
      case .null: "nothing"
      case .bool: "the boolean `\(scalar.text)`"
      case .integer, .unsigned, .float: "the number `\(scalar.text)`"
      default: "the string \"\(shortened(scalar.text))\""
      }
    }
  }
}

/// A key of a mapping with its value.
package struct SourcePair: Sendable {
  package var key: String
  package var keyPosition: SourcePosition
  package var value: SourceNode
}

/// A scalar: its text as written, and what that says.
package struct SourceScalar: Sendable {
  package var text: String
  package var value: Value
  /// Without quotes, so that its text decided about its type.
  package var isPlain: Bool
  /// An environment variable is part of the text: it may be a string and what it looks like.
  package var isSubstituted = false
  /// The file whose text this is, as messages name it, where it came through `file://`.
  package var origin: String?
}

/// A text that fits into a message: its first line, at most 60 characters.
func shortened(_ text: String) -> String {
  let line = text.prefix { !$0.isNewline }
  let start = line.prefix(60)
  return start.count < text.count ? "\(start)..." : String(start)
}
