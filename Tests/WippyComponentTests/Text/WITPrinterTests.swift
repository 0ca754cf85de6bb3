import Testing

@testable import WippyComponent

@Suite struct WITPrinterTests {
  private let point = ValueType.record([RecordField("x", .s32), RecordField("list", .option(.u8))])

  @Test func signatures() {
    let greet = FunctionType(parameters: [.init("name", .string)], result: .string)
    #expect(WITPrinter().signature(of: greet, named: "greet") == "greet: func(name: string) -> string")
    let stop = FunctionType(parameters: [.init("type", .result(ok: nil, error: .u8))])
    #expect(WITPrinter().signature(of: stop, named: "func") == "%func: func(%type: result<_, u8>)")
  }

  @Test func typesInPlaceAndByName() {
    #expect(WITPrinter().text(of: .list(point)) == "list<record {x: s32, %list: option<u8>}>")
    #expect(WITPrinter(names: [point: "point"]).text(of: .list(point)) == "list<point>")
    #expect(
      WITPrinter().text(of: .variant([VariantCase("a"), VariantCase("b", .char)])) == "variant {a, b(char)}")
    #expect(
      WITPrinter().text(of: .tuple([.result(ok: .u8, error: .string), .result(ok: nil, error: nil)]))
        == "tuple<result<u8, string>, result>")
    let stream = ResourceType(name: "input-stream")
    #expect(
      WITPrinter().text(of: .tuple([.own(stream), .borrow(stream)]))
        == "tuple<input-stream, borrow<input-stream>>")
  }

  @Test func declarations() {
    let printer = WITPrinter(names: [point: "point"])
    #expect(printer.declaration(of: point, named: "point") == "record point {x: s32, %list: option<u8>}")
    #expect(printer.declaration(of: .list(point), named: "points") == "type points = list<point>;")
    #expect(printer.declaration(of: .enumeration(["a"]), named: "enum") == "enum %enum {a}")
  }

  @Test func declarationsCanBeRead() throws {
    let printer = WITPrinter(names: [point: "point"])
    let function = FunctionType(parameters: [.init("p", point)], result: .list(point))
    let text =
      printer.declaration(of: point, named: "point") + "\n" + printer.signature(of: function, named: "f")
      + ";"
    #expect(try WITSignature.parse(text)["f"] == function)
  }
}
