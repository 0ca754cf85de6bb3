import ComponentFuzzing
import Foundation

/// A second opinion: the verdicts of `wasm-tools validate`.
struct Comparison {
  private let tool: URL
  private let every: Int
  private var compared = 0
  private var disagreements: [String: (count: Int, example: Int)] = [:]
  private let file = URL(fileURLWithPath: "component-fuzz.compared")

  init(tool: URL, every: Int) {
    self.tool = tool
    self.every = every
  }

  mutating func compare(
    _ input: [UInt8], _ number: Int, _ verdict: FuzzSubject.Verdict, _ reason: String
  ) throws {
    guard number % every == 0 else { return }
    try Data(input).write(to: file)
    compared += 1
    let process = Process()
    process.executableURL = tool
    process.arguments = ["validate", file.path]
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let isValid = process.terminationStatus == 0
    let isOurs = verdict == .accepted || verdict == .unplanned
    guard isValid != isOurs else { return }
    let cause =
      isValid ? "ours refuses: \(Comparison.shape(reason))" : "theirs refuses: \(Comparison.shape(theirs(text)))"
    disagreements[cause, default: (0, number)].count += 1
    try Data(input).write(to: URL(fileURLWithPath: "component-fuzz.disagreement-\(number)"))
  }

  func report() {
    print("compared with wasm-tools: \(compared), disagreements: \(disagreements.values.reduce(0) { $0 + $1.count })")
    for (cause, found) in disagreements.sorted(by: { $0.value.count > $1.value.count }) {
      print("  \(found.count)  \(cause)  (input \(found.example))")
    }
  }

  private func theirs(_ text: String) -> String {
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.first { $0.hasPrefix("0:") } ?? lines.first ?? ""
  }

  /// A message without its numbers and names.
  private static func shape(_ text: String) -> String {
    var shape = ""
    var isQuoted = false
    for character in text {
      if character == "`" { isQuoted.toggle() }
      if isQuoted || character.isNumber { continue }
      shape.append(character)
    }
    return String(shape.prefix(140))
  }
}
