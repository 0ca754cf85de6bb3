import Foundation
import Testing
import WASIFuzzing
import WippyCore

/// Every import, with any arguments: an answer, a trap or an end, and nothing else. `wasi-fuzz` does the same for long.
@Suite struct ImportFuzzTests {
  private func fuzzer(_ guest: String, _ scratch: ScratchDirectory) throws -> ImportFuzzer {
    scratch.write("a", "content")
    scratch.makeDirectory("b")
    return try ImportFuzzer(
      try GuestRunner.binary(guest), engine: try GuestRunner.sharedEngine(), directory: scratch.path, isReadOnly: true)
  }

  @Test(arguments: ["all_imports", "all_imports_preview1"])
  func anyArguments(guest: String) throws {
    let scratch = ScratchDirectory()
    let fuzzer = try fuzzer(guest, scratch)
    var seed: UInt64 = 1
    while fuzzer.calls < 2000 {
      if let problem = fuzzer.run(seed: seed) {
        Issue.record("\(guest), seed \(seed): \(problem)")
        return
      }
      seed += 1
    }
    #expect(fuzzer.returned > 0)
  }

  /// Each one at least once, so that none is there with another type than the host's, and none crashes.
  @Test(arguments: ["all_imports", "all_imports_preview1"])
  func everyImport(guest: String) throws {
    let scratch = ScratchDirectory()
    let fuzzer = try fuzzer(guest, scratch)
    let count = try fuzzer.importCount()
    #expect(count >= 46)
    for index in 0..<count {
      for seed in 0..<4 {
        if let problem = fuzzer.run("fuzz-one", [.integer(Int64(index)), .integer(Int64(seed))]) {
          Issue.record("\(guest), import \(index), seed \(seed): \(problem)")
        }
      }
    }
    #expect(fuzzer.mismatches.isEmpty, "\(fuzzer.mismatches)")
  }
}
