import ComponentFuzzing
import Foundation
import Testing
import WastScripts

/// A fixed part of what `component-fuzz` does at length.
@Suite struct FuzzTests {
  private static func corpus() throws -> [[UInt8]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/scripts")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.filter { $0.hasSuffix(".json") }.flatMap { name in
      try Script(try Data(contentsOf: folder.appending(path: name))).commands.compactMap { $0.content.map(Array.init) }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func damagedComponentsAreRefusedOrAccepted(_ seed: UInt64) throws {
    var mutator = Mutator(corpus: try Self.corpus(), seed: seed)
    var verdicts: [FuzzSubject.Verdict: Int] = [:]
    for _ in 0..<1_000 {
      let (verdict, reason) = FuzzSubject.run(mutator.next())
      verdicts[verdict, default: 0] += 1
      #expect(verdict == .accepted || !reason.isEmpty)
    }
    // All must occur: otherwise the damage tests one layer only.
    for verdict in [FuzzSubject.Verdict.malformed, .invalid, .accepted] {
      #expect(verdicts[verdict, default: 0] > 20, "\(verdicts)")
    }
  }
}
