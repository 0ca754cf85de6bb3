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
