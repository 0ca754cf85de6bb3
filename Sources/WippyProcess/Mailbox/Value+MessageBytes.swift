import WippyCore

extension Value {
  /// What a value counts as in `max_mailbox_bytes`: 16 bytes, and the text or the elements that it holds.
  package var messageBytes: Int {
    switch self {
    case .null, .bool, .integer, .unsigned, .float, .resource: 16
    case .string(let text): 16 + text.utf8.count
    case .bytes(let bytes): 16 + bytes.count
    case .array(let values): values.reduce(16) { $0 + $1.messageBytes }
    case .table(let fields): fields.reduce(16) { $0 + 16 + $1.key.utf8.count + $1.value.messageBytes }
    }
  }
}

/// The size of a message: its topic and its payload.
@inline(__always)
func messageBytes(topic: String, payload: [Value]) -> Int {
  var size = 16 + topic.utf8.count
  for value in payload { size += value.messageBytes }
  return size
}
