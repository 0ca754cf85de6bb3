import CAllocationMeter
import ComponentFuzzing
import Foundation
import WastScripts
import WippyComponent

/// Puts damaged binaries through decoder, validator and planner: none may crash, hang or allocate without bound.
///
///     component-fuzz COUNT SEED DIRECTORY... [--compare WASM-TOOLS EVERY]
///
/// The corpus is every `.wasm` below the directories, and the binaries of the scripts there (`.json`). The input at
/// hand stands in `component-fuzz.input`, in case of a crash. With `--compare`, every EVERY-th input is judged by
/// `wasm-tools validate` as well, and disagreements are listed.
@main struct ComponentFuzz {
  /// What a decision may take beyond a multiple of the input.
  private static let allowance = 512 << 10
  private static let factor = 16

  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    var comparison: Comparison?
    if let place = arguments.firstIndex(of: "--compare"), arguments.count >= place + 3 {
      comparison = Comparison(tool: URL(fileURLWithPath: arguments[place + 1]), every: Int(arguments[place + 2]) ?? 100)
      arguments.removeSubrange(place..<place + 3)
    }
    guard arguments.count >= 3, let count = Int(arguments[0]), let seed = UInt64(arguments[1]) else {
      print("usage: component-fuzz COUNT SEED DIRECTORY... [--compare WASM-TOOLS EVERY]")
      exit(2)
    }
    let corpus = try arguments.dropFirst(2).flatMap { try binaries(below: URL(fileURLWithPath: $0)) }
    guard !corpus.isEmpty else {
      print("there is nothing to damage")
      exit(2)
    }
    var run = Run(corpus: corpus, seed: seed, comparison: comparison)
    try run.go(count)
    exit(run.report() ? 0 : 1)
  }

  private static func binaries(below directory: URL) throws -> [[UInt8]] {
    let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)?.allObjects as? [URL]
    return try (files ?? []).sorted { $0.path < $1.path }.flatMap { file -> [[UInt8]] in
      switch file.pathExtension {
      case "wasm":
        let bytes = [UInt8](try Data(contentsOf: file))
        return bytes.count < 1 << 20 ? [bytes] : []
      case "json": return (try? Script(try Data(contentsOf: file)))?.binaries ?? []
      default: return []
      }
    }
  }

  private struct Run {
    let corpus: [[UInt8]]
    var mutator: Mutator
    var comparison: Comparison?
    var verdicts: [FuzzSubject.Verdict: Int] = [:]
    var slowest: (seconds: Double, size: Int) = (0, 0)
    var hungriest: (bytes: Int, size: Int) = (0, 0)
    var failures: [String] = []

    init(corpus: [[UInt8]], seed: UInt64, comparison: Comparison?) {
      self.corpus = corpus
      self.comparison = comparison
      mutator = Mutator(corpus: corpus, seed: seed)
    }

    mutating func go(_ count: Int) throws {
      let record = open("component-fuzz.input", O_RDWR | O_CREAT | O_TRUNC, 0o644)
      defer { close(record) }
      for number in 1...count {
        let input = mutator.next()
        pwrite(record, input, input.count, 0)
        ftruncate(record, input.count)
        allocation_meter_reset()
        let before = allocation_meter_current()
        let start = ContinuousClock.now
        let (verdict, reason) = FuzzSubject.run(input)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let peak = allocation_meter_peak() - before
        verdicts[verdict, default: 0] += 1
        if seconds > slowest.seconds { slowest = (seconds, input.count) }
        if peak > hungriest.bytes { hungriest = (peak, input.count) }
        if seconds > 1 { keep(input, number, "it took \(seconds) s") }
        if peak > input.count * factor + allowance { keep(input, number, "it took \(peak) bytes for \(input.count)") }
        try comparison?.compare(input, number, verdict, reason)
        if number % 100_000 == 0 { print("\(number) inputs, \(failures.count) failures") }
      }
    }

    private mutating func keep(_ input: [UInt8], _ number: Int, _ what: String) {
      failures.append("input \(number): \(what)")
      try? Data(input).write(to: URL(fileURLWithPath: "component-fuzz.failure-\(number)"))
    }

    func report() -> Bool {
      let counts = FuzzSubject.Verdict.allCases.map { "\($0.rawValue) \(verdicts[$0] ?? 0)" }.joined(separator: ", ")
      print("corpus: \(corpus.count) binaries; \(counts)")
      print("slowest: \(slowest.seconds) s for \(slowest.size) bytes")
      print("largest allocation: \(hungriest.bytes) bytes for \(hungriest.size) bytes")
      for failure in failures { print(failure) }
      comparison?.report()
      print("\(failures.count) failed")
      return failures.isEmpty
    }
  }
}

extension Script {
  fileprivate var binaries: [[UInt8]] { commands.compactMap { $0.content.map { [UInt8]($0) } } }
}
