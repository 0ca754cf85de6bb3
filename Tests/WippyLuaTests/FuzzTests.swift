import LuaFuzzing
import Testing

@Suite struct FuzzTests {
  /// A few hundred of the programs that `lua-fuzz` runs by the hundred thousand.
  @Test func generatedProgramsEnd() async throws {
    let run = try LuaFuzzRun(seeds: 1..<201, workers: 1)
    let report = await run.run(width: 16)
    run.stop()
    #expect(report.programs == 200 && report.left == 0)
    // The generator writes Lua, and most of its programs get somewhere.
    #expect(report.refused < 25, "\(report)")
    #expect(report.ends["normal", default: 0] > 5, "\(report)")
  }
}
