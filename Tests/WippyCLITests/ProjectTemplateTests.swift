import Foundation
import Testing

@testable import WippyCLI

struct ProjectTemplateTests {
  /// The guest is kept twice, so that the command needs no other file.
  @Test func guestIsTheOneOfTheGuests() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let original = try Data(contentsOf: root.appendingPathComponent("Guests/greet/greet.wasm"))
    #expect(Array(original) == ProjectTemplate.guest)
  }
}
