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

/// The body of a form with files.
struct LuaMultipartBody {
  private(set) var bytes: [UInt8] = []
  private let boundary: String

  init(_ form: [(name: String, value: String)], _ files: [LuaUploadPart], boundary: String) {
    self.boundary = boundary
    for field in form {
      begin("name=\"\(Self.quoted(field.name))\"", type: nil)
      bytes += field.value.utf8
      bytes += "\r\n".utf8
    }
    for file in files {
      begin("name=\"\(Self.quoted(file.name))\"; filename=\"\(Self.quoted(file.filename))\"", type: file.type)
      bytes += file.content
      bytes += "\r\n".utf8
    }
    bytes += "--\(boundary)--\r\n".utf8
  }

  var contentType: String { "multipart/form-data; boundary=\(boundary)" }

  private mutating func begin(_ disposition: String, type: String?) {
    bytes += "--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n".utf8
    if let type { bytes += "Content-Type: \(type)\r\n".utf8 }
    bytes += "\r\n".utf8
  }

  /// What would end the text or the line is escaped as browsers do it.
  private static func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "%22"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
