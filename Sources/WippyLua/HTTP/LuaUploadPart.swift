import WippyCore

/// A file that a program sends in a form: one element of the option `files`.
struct LuaUploadPart: Sendable {
  let name: String
  let filename: String
  let type: String
  let content: [UInt8]

  init(_ value: Value, _ place: String) throws(LuaFailure) {
    guard case .table(let fields) = value else {
      throw .error(.invalid, "\(place) has to be a table {name = ..., content = ...}", retryable: false)
    }
    var (name, filename, type): (String?, String?, String?)
    var content: [UInt8]?
    for field in fields {
      switch (field.key, field.value) {
      case ("name", .string(let text)) where !text.isEmpty: name = text
      case ("filename", .string(let text)): filename = text
      case ("content_type", .string(let text)): type = text
      case ("content", .string(let text)): content = Array(text.utf8)
      case ("content", .bytes(let bytes)): content = bytes
      case ("name", _), ("filename", _), ("content_type", _), ("content", _):
        throw .error(.invalid, "\(place).\(field.key) has to be a string that is not empty", retryable: false)
      default:
        throw .error(
          .invalid, "\(place): there is no field `\(field.key)`: there are name, filename, content and content_type",
          retryable: false)
      }
    }
    guard let name, let content else {
      throw .error(.invalid, "\(place) needs `name` and `content`", retryable: false)
    }
    let media = type ?? "application/octet-stream"
    guard !media.isEmpty, media.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else {
      throw .error(.invalid, "\(place).content_type is no media type", retryable: false)
    }
    self.name = name
    self.filename = filename ?? name
    self.type = media
    self.content = content
  }
}
