import LuaFuzzing
import Testing

@Suite struct FuzzTests {
  /// A hundred of the programs that `lua-fuzz` runs by the hundred thousand.
  @Test func generatedProgramsEnd() async throws {
    let run = try LuaFuzzRun(seeds: 1..<101, workers: 1)
    let report = await run.run(width: 16)
    run.stop()
    #expect(report.programs == 100 && report.left == 0)
    // The generator writes Lua, and most of its programs get somewhere.
    #expect(report.refused < 15, "\(report)")
    #expect(report.ends["normal", default: 0] > 3, "\(report)")
  }
}
