import Testing
import WippyCore

@testable import WippyLua

/// Forms with files, as they come and as they go.
@Suite struct MultipartTests {
  private static let type = "multipart/form-data; boundary=b"

  private func parts(_ body: String, _ type: String = MultipartTests.type) throws -> [(MultipartForm.Part, String)] {
    let bytes = Array(body.utf8)
    return try MultipartForm(bytes, contentType: type).parts.map {
      ($0, String(decoding: bytes[$0.content], as: UTF8.self))
    }
  }

  @Test func fieldsAndFiles() throws {
    let body = """
      preamble\r
      --b  \r
      Content-Disposition: form-data; name="title"\r
      \r
      one\r\ntwo\r
      --b\r
      content-type: image/png\r
      CONTENT-DISPOSITION: form-data; name=pic; filename="C:\\dir\\a b.png"\r
      \r
      \u{1}--b\r
      --b\r
      Content-Disposition: form-data; name="a%22b"; filename="/etc/pass\\"wd"\r
      \r
      \r
      --b--\r
      epilogue
      """
    let found = try parts(body)
    #expect(found.map(\.0.name) == ["title", "pic", "a\"b"])
    #expect(found.map(\.0.filename) == [nil, "a b.png", "pass\"wd"])
    #expect(found.map(\.1) == ["one\r\ntwo", "\u{1}--b", ""])
    #expect(found[1].0.fields.first(named: "content-type")?.text == "image/png")
  }

  @Test func emptyForms() throws {
    #expect(try parts("--b--\r\n").isEmpty)
    #expect(try parts("--b--").isEmpty)
  }

  @Test(arguments: [
    "multipart/form-data; boundary=\"b\"", "Multipart/Form-Data;charset=utf-8; BOUNDARY=b",
    "multipart/form-data ; boundary=b ; x=y",
  ])
  func boundaries(_ type: String) throws {
    let body = "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b--\r\n"
    #expect(try parts(body, type).map(\.1) == ["1"])
  }

  @Test(arguments: [
    "text/plain; boundary=b", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary",
    "multipart/form-data; boundary=\(String(repeating: "b", count: 300))", "multipart/form-data; boundary=\"\u{e9}\"",
    "",
    ";;;=;\"",
  ])
  func badTypes(_ type: String) {
    #expect(throws: MultipartForm.Problem.self) { try parts("--b--\r\n", type) }
  }

  @Test(arguments: [
    "", "x", "--", "--b", "--bx\r\n", "--b\r\n", "--b\r\nno colon\r\n\r\n\r\n--b--",
    "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1",
    "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b",
    "--b\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n",
    "--b\r\n\r\n1\r\n--b--",
  ])
  func badBodies(_ body: String) {
    #expect(throws: MultipartForm.Problem.self) { try parts(body) }
  }

  @Test func tooManyParts() {
    let part = "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n"
    #expect(throws: MultipartForm.Problem.self) { try parts(String(repeating: part, count: 1001) + "--b--") }
  }

  /// Every beginning and every changed byte of a form is a form or a problem, and nothing else.
  @Test func brokenForms() throws {
    let whole = Array("--b\r\nContent-Disposition: form-data; name=\"x\"; filename=\"y\"\r\n\r\n1\r\n--b--\r\n".utf8)
    for count in 0..<whole.count {
      _ = try? MultipartForm(Array(whole.prefix(count)), contentType: Self.type)
      for byte in [0x00, 0x0d, 0x0a, 0x22, 0x2d, 0x5c, 0xff] as [UInt8] {
        var changed = whole
        changed[count] = byte
        guard let form = try? MultipartForm(changed, contentType: Self.type) else { continue }
        for part in form.parts { #expect(part.content.upperBound <= changed.count) }
      }
    }
  }

  @Test func whatIsSentCanBeRead() throws {
    let file = try LuaUploadPart(
      .table([
        .init("name", .string("f\"1\"")), .init("filename", .string("a\r\nb.bin")),
        .init("content", .bytes([0, 255, 13, 10])),
        .init("content_type", .string("image/png")),
      ]), "file")
    let body = LuaMultipartBody([("title", "T\r\n--x")], [file], boundary: "x-y")
    let form = try MultipartForm(body.bytes, contentType: body.contentType)
    #expect(form.parts.map(\.name) == ["title", "f\"1\""])
    #expect(form.parts[1].filename == "a\r\nb.bin")
    #expect(form.parts[1].fields.first(named: "content-type")?.text == "image/png")
    #expect(Array(body.bytes[form.parts[0].content]) == Array("T\r\n--x".utf8))
    #expect(Array(body.bytes[form.parts[1].content]) == [0, 255, 13, 10])
  }

  @Test func badFiles() {
    for fields: [Value.Field] in [
      [], [.init("name", .string("x"))], [.init("content", .string("x"))],
      [.init("name", .integer(1)), .init("content", .string("x"))],
      [.init("name", .string("")), .init("content", .string("x"))],
      [.init("name", .string("x")), .init("content", .string("x")), .init("reader", .string("x"))],
      [.init("name", .string("x")), .init("content", .string("x")), .init("content_type", .string("a\r\nb: c"))],
    ] {
      #expect(throws: LuaFailure.self) { try LuaUploadPart(.table(fields), "file") }
    }
    #expect(throws: LuaFailure.self) { try LuaUploadPart(.string("x"), "file") }
  }
}
