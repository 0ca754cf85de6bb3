import Testing

@testable import WippyComponent

@Suite struct BinaryKindTests {
  @Test(arguments: [
    ([], BinaryKind.empty),
    (BinaryWriter.header, .component),
    (BinaryWriter.moduleHeader, .coreModule),
    ([0x00, 0x61, 0x73], .truncated),
    ([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01], .truncated),
    ([0x00, 0x61, 0x73, 0x6d, 0x0c, 0x00, 0x01, 0x00], .unsupported(version: 12, layer: 1)),
    ([0x00, 0x61, 0x73, 0x6d, 0x02, 0x00, 0x00, 0x00], .unsupported(version: 2, layer: 0)),
    ([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x07, 0x00], .unsupported(version: 1, layer: 7)),
    (Array(" \n(component)".utf8), .text),
    (Array(";; a comment".utf8), .text),
    (Array("#!/bin/sh".utf8), .other),
    ([0x7f, 0x45, 0x4c, 0x46], .other),
  ]) func kindIsToldFromTheFirstBytes(_ bytes: [UInt8], _ kind: BinaryKind) {
    #expect(BinaryKind.detect(bytes) == kind)
  }

  @Test func reasonsSayWhatTheFileIs() {
    #expect(BinaryKind.component.reasonNotComponent == nil)
    #expect(BinaryKind.coreModule.reasonNotCoreModule == nil)
    #expect(BinaryKind.coreModule.reasonNotComponent == "this is a core module, not a component")
    #expect(BinaryKind.component.reasonNotCoreModule == "this is a component, not a core module")
    #expect(BinaryKind.truncated.reasonNotComponent?.contains("cut off") == true)
    #expect(BinaryKind.text.reasonNotComponent?.contains("wasm-tools parse") == true)
    #expect(BinaryKind.unsupported(version: 12, layer: 1).reasonNotComponent?.contains("version 12") == true)
    #expect(BinaryKind.unsupported(version: 1, layer: 7).reasonNotComponent?.contains("layer 7") == true)
  }
}
