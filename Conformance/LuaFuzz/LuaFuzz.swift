import Glibc
import LuaFuzzing
import Synchronization

/// Runs generated Lua programs over all modules: none may crash, hang, or be left over.
///
///     lua-fuzz COUNT SEED [--print]
///
/// The seeds of the programs at hand stand in `lua-fuzz.seeds`, in case of a crash; `--print` shows the program of SEED.
@main struct LuaFuzz {
  static let width = 48

  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count >= 2, let count = arguments.first.flatMap({ UInt64($0) }),
      let seed = arguments.dropFirst().first.flatMap({ UInt64($0) })
    else {
      print("usage: lua-fuzz COUNT SEED [--print]")
      exit(2)
    }
    if arguments.contains("--print") {
      print(LuaProgramGenerator.program(seed: seed))
      return
    }
    let record = open("lua-fuzz.seeds", O_RDWR | O_CREAT | O_TRUNC, 0o644)
    let started = Mutex<UInt64>(0)
    let run = try LuaFuzzRun(seeds: seed..<(seed &+ count), workers: 2) { seed in
      let text = "\(seed)".padded(to: 20) + "\n"
      let place = started.withLock { started in
        defer { started += 1 }
        return started % UInt64(2 * width)
      }
      pwrite(record, text, 21, off_t(place * 21))
    }
    watch(run)
    let report = await run.run(width: min(width, Int(clamping: count)))
    run.stop()
    show(report)
    exit(report.left == 0 && report.slowestNanoseconds < 1_000_000_000 ? 0 : 1)
  }

  /// Says how far it is, and ends the program when nothing moves any more.
  private static func watch(_ run: LuaFuzzRun) {
    Task.detached {
      var before = 0
      var idle = 0
      while true {
        try await Task.sleep(for: .seconds(10))
        let report = run.report
        print(
          "\(report.programs) programs; longest step \(report.slowestNanoseconds / 1_000_000) ms of \(report.slowestSeed)"
        )
        idle = report.programs == before ? idle + 1 : 0
        before = report.programs
        if idle == 3 {
          print("nothing has ended for 30 seconds: see lua-fuzz.seeds")
          for process in run.leftovers { print(process) }
          exit(1)
        }
      }
    }
  }

  private static func show(_ report: LuaFuzzRun.Report) {
    print("\(report.programs) programs, \(report.refused) of them refused by the compiler")
    for (kind, count) in report.ends.sorted(by: { $0.value > $1.value }).prefix(20) { print("  \(count)  \(kind)") }
    print(
      "longest step: \(report.slowestNanoseconds / 1000) us (seed \(report.slowestSeed)); left over: \(report.left)")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - utf8.count))
  }
}
