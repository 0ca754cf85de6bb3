import Foundation
import WASIFuzzing
import WippyEngine

/// Calls every import of WASI with any arguments, in processes of its own guests: none may crash or hang the host.
///
///     wasi-fuzz CALLS SEED GUEST.wasm...
///
/// The guests are `Guests/all_imports` and `Guests/all_imports_preview1`. The seed at hand stands in
/// `wasi-fuzz.seed`, in case of a crash; a run with one call and that seed repeats it.
@main struct WASIFuzz {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 3, let calls = UInt64(arguments[0]), let first = UInt64(arguments[1]) else {
      print("usage: wasi-fuzz CALLS SEED GUEST.wasm...")
      exit(2)
    }
    signal(SIGPIPE, SIG_IGN)
    // The guests ask for files of any size.
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: 16 << 20, rlim_max: 16 << 20)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    let engine = try Engine(EngineConfiguration())
    var isClean = true
    for path in arguments.dropFirst(2) {
      isClean = try fuzz(path, calls: calls, first: first, engine) && isClean
    }
    exit(isClean ? 0 : 1)
  }

  private static func fuzz(_ path: String, calls: UInt64, first: UInt64, _ engine: Engine) throws -> Bool {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "wasi-fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer {
      do {
        try FileManager.default.removeItem(at: scratch)
      } catch {
        print("cannot remove \(scratch.path): \(error)")
      }
    }
    let fuzzer = try ImportFuzzer(
      [UInt8](try Data(contentsOf: URL(filePath: path))), engine: engine, directory: scratch.path, isReadOnly: false)
    let note = open("wasi-fuzz.seed", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(note) }
    var seed = first
    var problems = 0
    var slowest = 0.0
    let began = Date()
    while fuzzer.calls < calls {
      let text = Array("\(seed) \(path)\n".utf8)
      _ = text.withUnsafeBytes { pwrite(note, $0.baseAddress, $0.count, 0) }
      let start = Date()
      if let problem = fuzzer.run(seed: seed) {
        print("\(path), seed \(seed): \(problem)")
        problems += 1
        if problems == 20 { break }
      }
      slowest = max(slowest, -start.timeIntervalSinceNow)
      seed += 1
    }
    let seconds = -began.timeIntervalSinceNow
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    print(
      "\(path): \(fuzzer.calls) calls in \(seed - first) processes, \(fuzzer.returned) of which returned; "
        + "\(problems) problems; slowest process \(Int(slowest * 1000)) ms, \(Int(seconds)) s in all, "
        + "\(descriptors) open descriptors")
    return problems == 0 && fuzzer.mismatches.isEmpty
  }
}
