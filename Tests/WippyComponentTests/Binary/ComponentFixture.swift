import Foundation

/// The committed binaries of Tests/Fixtures/components.
enum ComponentFixture: String, CaseIterable {
  case nested
  case shapes

  func bytes() throws -> [UInt8] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: tests.appending(path: "Fixtures/components/\(rawValue).wasm")))
  }
}
