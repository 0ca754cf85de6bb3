import WippyCore

/// A file of a form that a request has brought.
final class LuaUploadedFile: Sendable {
  private let part: MultipartForm.Part
  /// The whole body, of which the file is a part.
  private let body: [UInt8]

  init(_ part: MultipartForm.Part, in body: [UInt8]) {
    self.part = part
    self.body = body
  }

  static let kind: LuaClass = LuaClass(
    "http.file", hasReference: true,
    [
      .function("name") { call throws(LuaFailure) in call.returning(.string(try file(call).part.filename ?? "")) },
      .function("size") { call throws(LuaFailure) in
        call.returning(.integer(Int64(try file(call).part.content.count)))
      },
      .function("header") { call throws(LuaFailure) in
        let name = try call.string(2)
        let field = try file(call).part.fields.first { $0.name.isSameFieldName(as: name) }
        call.output.push(orNil: field.map { .string($0.text) })
        return .values
      },
      .function("stream") { call throws(LuaFailure) in
        let file = try file(call)
        call.output.push(
          LuaHTTPStream.kind, reference: LuaHTTPStream(HTTPBody(Array(file.body[file.part.content]))))
        return .values
      },
    ])

  private static func file(_ call: LuaCall) throws(LuaFailure) -> LuaUploadedFile {
    try call.reference(1, kind, as: LuaUploadedFile.self)
  }
}

extension MultipartForm {
  /// `{values = {name = text}, files = {name = {file, ...}}}`; several values of one name are an array.
  func push(_ body: [UInt8], to output: inout LuaOutput) {
    var values: [Value.Field] = []
    var files: [(name: String, parts: [Part])] = []
    for part in parts {
      if part.filename != nil {
        if let place = files.firstIndex(where: { $0.name == part.name }) {
          files[place].parts.append(part)
        } else {
          files.append((part.name, [part]))
        }
        continue
      }
      let content = Array(body[part.content])
      let text = String(validating: content, as: UTF8.self).map { Value.string($0) } ?? .bytes(content)
      if let place = values.firstIndex(where: { $0.key == part.name }) {
        if case .array(let before) = values[place].value {
          values[place].value = .array(before + [text])
        } else {
          values[place].value = .array([values[place].value, text])
        }
      } else {
        values.append(Value.Field(part.name, text))
      }
    }
    output.beginTable(2)
    output.push("values")
    output.push(.table(values))
    output.push("files")
    output.beginTable(files.count)
    for (name, parts) in files {
      output.push(name)
      output.beginArray(parts.count)
      for part in parts { output.push(LuaUploadedFile.kind, reference: LuaUploadedFile(part, in: body)) }
    }
  }
}
