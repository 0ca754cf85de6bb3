import Testing
import WippyTestKit

@testable import WippyWASI

@Suite struct LineSinkTests {
  private func lines(of pieces: [String]) -> [String] {
    let recorder = Recorder<String>()
    let sink = LineSink { recorder.record($0) }
    for piece in pieces {
      let outcome = Array(piece.utf8).withUnsafeBytes { sink.write($0) }
      #expect(outcome == .accepted(piece.utf8.count))
    }
    sink.finish()
    return recorder.events
  }

  @Test func linesAcrossWrites() {
    #expect(lines(of: ["a", "b\nc\r\n\n", "d"]) == ["ab", "c", "", "d"])
    #expect(lines(of: ["a\n"]) == ["a"])
    #expect(lines(of: []) == [])
  }

  @Test func longLinesComeInPieces() {
    let pieces = lines(of: [String(repeating: "x", count: 20_000) + "\n"])
    #expect(pieces.map(\.utf8.count) == [8192, 8192, 3616])
  }

  @Test func piecesDoNotCutCharacters() {
    let text = String(repeating: "€", count: 6000)
    let pieces = lines(of: [text])
    #expect(pieces.joined() == text)
    #expect(pieces.allSatisfy { $0.utf8.count <= LineSink.longestLine })
  }
}
