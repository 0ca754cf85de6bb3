import CLinux
import Foundation

@main
struct WippyBenchmarks {
  static func main() {
    // As the command does.
    wippy_keep_memory()
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      if let messages = options.chain { exit(try ChainCheck(messages: messages).run() ? 0 : 1) }
      if options.wakes != nil || options.echoes != nil || options.files != nil {
        exit(try IOChecks(options: options).run() ? 0 : 1)
      }
      if options.sleepers != nil || options.cycles != nil {
        exit(try Checks(options: options).run() ? 0 : 1)
      }
      let rows = try measure(options)
      print(Text.table(rows))
      if let file = options.json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try writeFile(Array(encoder.encode(rows)), to: file)
      }
    } catch {
      FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func measure(_ options: Options) throws -> [Row] {
    var rows: [Row] = []
    func row(_ name: String, _ measure: () throws -> [Row]) throws {
      guard options.wants(name) else { return }
      FileHandle.standardError.write(Data("measuring \(name) ...\n".utf8))
      rows += try measure()
    }
    let project = try BenchmarkProject(
      guests: [
        .init(name: "compute", binary: "compute/compute.wasm", method: "compute"),
        .init(name: "greet", binary: "greet/greet.wasm", method: "greet"),
      ], guestDirectory: options.guests)
    let laboratory = try Laboratory(project: project, guestDirectory: options.guests, workers: 2)
    let spawns = SpawnRows(laboratory: laboratory, count: 10_000, samples: options.samples)
    let steps = StepRows(count: 100_000, samples: options.samples)
    try row("spawn-core") { [try spawns.core(twoWorkers: false)] }
    try row("spawn-core-two-workers") { [try spawns.core(twoWorkers: true)] }
    try row("spawn-component") { [try spawns.component()] }
    let components = ComponentRows(samples: options.samples)
    try row("component-calls") { try components.calls() }
    try row("bytes") { try components.bytes() }
    try row("instantiate-small") { [try components.instantiation()] }
    if let python = options.python { try row("component-python") { try components.python(python) } }
    try row("suspend-resume") { [try steps.suspendResume()] }
    try row("slice") { [try steps.slice()] }
    if ["round-trip", "fan-in"].contains(where: { options.wants($0) || options.wants("\($0)-two-workers") }) {
      let erlang = try ErlangRunner()
      defer { erlang?.close() }
      let talk = TalkRows(samples: options.samples, erlang: erlang)
      try row("round-trip") { [try talk.roundTrip(workers: 1)] }
      try row("round-trip-two-workers") { [try talk.roundTrip(workers: 2)] }
      try row("fan-in") { [try talk.fanIn(workers: 1)] }
      try row("fan-in-two-workers") { [try talk.fanIn(workers: 2)] }
    }
    if ["lua-spawn", "lua-round-trip", "lua-loop", "lua-parked-bytes"].contains(where: {
      options.wants($0) || options.wants("\($0)-two-workers")
    }) {
      let erlang = try ErlangRunner()
      defer { erlang?.close() }
      let lua = LuaRows(guestDirectory: options.guests, samples: options.samples, erlang: erlang)
      // First, while the allocator has not kept anything.
      try row("lua-parked-bytes") { [try lua.parked()] }
      try row("lua-spawn") { [try lua.spawn(workers: 1)] }
      try row("lua-spawn-two-workers") { [try lua.spawn(workers: 2)] }
      try row("lua-round-trip") { [try lua.roundTrip(workers: 1)] }
      try row("lua-round-trip-two-workers") { [try lua.roundTrip(workers: 2)] }
      try row("lua-loop") { [try lua.loop()] }
    }
    try row("fairness") { [try FairnessRows(samples: options.samples).computing()] }
    try row("supervisor-restart") { try RestartRows(guestDirectory: options.guests, count: 5000).restart() }
    try row("kill-computing") { [try KillRows(count: 2000, samples: 10).computing()] }
    try row("kill-waiting") { [try KillRows(count: 1000, samples: 10).waiting()] }
    if StreamRows.names.contains(where: options.wants), let wippy = options.wippy, let wasmtime = options.wasmtime {
      let streams = try StreamRows(options: options, wippy: wippy, wasmtime: wasmtime)
      rows += try streams.measure()
      try streams.close()
    }
    if HTTPRows.names.contains(where: options.wants), let wippy = options.wippy, let wasmtime = options.wasmtime {
      rows += try HTTPRows(options: options, wippy: wippy, wasmtime: wasmtime).measure()
    }
    guard ["cold-start-small", "cold-start-python", "rss-python"].contains(where: options.wants) else { return rows }
    if let wippy = options.wippy, let wasmtime = options.wasmtime {
      let starts = try ColdStartRows(options: options, wippy: wippy, wasmtime: wasmtime)
      try row("cold-start-small") { try starts.small() }
      if let python = options.python {
        try row("cold-start-python") { try starts.python(python) }
      }
      try starts.close()
    }
    return rows
  }
}
