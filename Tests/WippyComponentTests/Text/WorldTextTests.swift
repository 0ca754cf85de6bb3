import Foundation
import Testing

@testable import WippyComponent

/// The worlds of components as WIT; `Scripts/record-worlds.py` has had them compared with what others find in them.
@Suite struct WorldTextTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/worlds")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".wasm") }.map { String($0.dropLast(5)) }.sorted()
  }()

  private func text(_ bytes: [UInt8]) throws -> String {
    let syntax = try ComponentDecoder.decode(bytes)
    return try bytes.withUnsafeBytes { try WorldText.text(of: syntax, in: $0) }
  }

  @Test(arguments: names) func worldIsWritten(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: "\(name).wasm")))
    let expected = try String(contentsOf: Self.folder.appending(path: "\(name).wit"), encoding: .utf8)
    #expect(try text(bytes) == expected)
  }

  @Test func thereAreFixtures() {
    #expect(Self.names.count >= 7)
  }

  @Test func anEmptyComponentHasAnEmptyWorld() throws {
    #expect(try text(BinaryWriter.header) == "package root:component;\n\nworld root {\n}\n")
  }

  @Test func whatWITCannotSayIsAComment() throws {
    let text = try text([UInt8](ComponentFixture.nested.bytes()))
    #expect(text.contains("    // whole: an instance, for which WIT has no words\n"))
  }
}
