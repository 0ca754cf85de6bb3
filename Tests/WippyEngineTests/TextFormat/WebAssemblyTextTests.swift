import Testing

@testable import WippyEngine

@Suite struct WebAssemblyTextTests {
  @Test func aModuleBecomesItsBinary() throws {
    #expect(try WebAssemblyText.binary(of: "(module)") == [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
  }

  @Test func whatDoesNotParseIsAnErrorWithItsLine() {
    let error = #expect(throws: EngineError.self) { try WebAssemblyText.binary(of: "(module\n  (fun))") }
    #expect(error?.description.contains(":2:") == true, "\(String(describing: error))")
  }

  @Test func deepNestingIsAnError() {
    let text = String(repeating: "(", count: 200_000)
    #expect(throws: EngineError.self) { try WebAssemblyText.binary(of: text) }
    let blocks = "(module (func " + String(repeating: "(block ", count: 100_000)
    #expect(throws: EngineError.self) { try WebAssemblyText.binary(of: blocks) }
  }
}
