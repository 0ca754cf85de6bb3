import Testing
import WippyCore

@testable import WippyComponent

@Suite struct ResultTextTests {
  @Test func stringsAreThemselvesAndNothingIsNothing() throws {
    #expect(try ResultText.text(for: .string("a\"b"), type: .string) == "a\"b")
    #expect(try ResultText.text(for: nil, type: .string) == nil)
    #expect(try ResultText.text(for: .integer(1), type: nil) == nil)
    #expect(try ResultText.text(for: .string("x"), type: .string, asJSON: true) == "\"x\"")
  }

  @Test func everythingElseIsWAVE() throws {
    #expect(try ResultText.text(for: .integer(42), type: .u32) == "42")
    #expect(try ResultText.text(for: .string("x"), type: .option(.string)) == "some(\"x\")")
    #expect(try ResultText.text(for: .bytes([1]), type: .list(.u8)) == "[1]")
    #expect(try ResultText.text(for: .bytes([1]), type: .list(.u8), asJSON: true) == "{\"base64\":\"AQ==\"}")
  }

  @Test func anOkIsItsValue() throws {
    func ok(_ value: Value) -> Value { .table([Value.Field("ok", value)]) }
    #expect(try ResultText.text(for: ok(.null), type: .result(ok: nil, error: .string)) == nil)
    #expect(try ResultText.text(for: ok(.string("x")), type: .result(ok: .string, error: nil)) == "x")
    #expect(
      try ResultText.text(for: ok(.integer(1)), type: .result(ok: .u8, error: nil), asJSON: true) == "1")
    let error = Value.table([Value.Field("err", .string("no"))])
    #expect(try ResultText.text(for: error, type: .result(ok: .u8, error: .string)) == "err(\"no\")")
  }
}
