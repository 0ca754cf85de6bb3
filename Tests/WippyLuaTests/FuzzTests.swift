import LuaFuzzing
import Testing

@Suite struct FuzzTests {
  /// A hundred of the programs that `lua-fuzz` runs by the hundred thousand.
  @Test func generatedProgramsEnd() async throws {
    let run = try LuaFuzzRun(seeds: 1..<101, workers: 1)
    let report = await run.run(width: 16)
    run.stop()
    #expect(report.programs == 100 && report.left == 0)
    // The generator writes Lua. How many get to their ends in their time is the machine's affair.
    #expect(report.refused < 15, "\(report)")
  }
}
