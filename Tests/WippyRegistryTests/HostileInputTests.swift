import Testing
import WippyCore

@testable import WippyRegistry

@Suite struct HostileInputTests {
  private func parse(_ text: String) -> Result<SourceNode?, SourceProblem> { parse(Array(text.utf8)) }

  private func parse(_ bytes: [UInt8]) -> Result<SourceNode?, SourceProblem> {
    SourceParser.parse(bytes, file: "x.yaml")
  }

  private func problem(_ text: String) -> String? {
    if case .failure(let problem) = parse(text) { "\(problem.position): \(problem.message)" } else { nil }
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "[{", "!!seq [", "&a [", "\"", "{? "])
  func nesting(_ opening: String) {
    #expect(problem(String(repeating: opening, count: 100_000)) != nil)
  }

  @Test func nestingThatIsClosed() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(problem(nested(200)) == nil)
    #expect(
      problem(nested(201)) == "x.yaml:1:201: values are nested more than 200 levels deep: make it flatter")
    #expect(problem(nested(100_000)) != nil)
  }

  @Test func aliasBombs() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(
      try #require(problem(text)).hasPrefix("x.yaml:1:1: the aliases of this file stand for more than 16 MiB")
    )
    // As keys, which the parser compares with each other.
    #expect(problem(text + "? *a30\n: 1\n? *a29\n: 2\n") != nil)
    // With one name that is given again and again.
    let same = "- &a [x, x]\n" + String(repeating: "- &a [*a, *a, *a, *a]\n", count: 40)
    #expect(problem(same) != nil)
    // Merge keys.
    var merged = "- &m0 {a: 1}\n"
    for level in 1...60 { merged += "- &m\(level) {<<: [*m\(level - 1), *m\(level - 1)]}\n" }
    #expect(problem(merged) != nil)
  }

  @Test func chainsOfAliases() {
    // Deeper than any stack, though each line is harmless.
    var text = "- &a0 [x]\n"
    let (opening, closing) = (String(repeating: "[", count: 900), String(repeating: "]", count: 900))
    for level in 1...80 { text += "- &a\(level) \(opening)*a\(level - 1)\(closing)\n" }
    #expect(problem(text) != nil)
    var shallow = "- &a0 [x]\n"
    for level in 1...60 { shallow += "- &a\(level) [*a\(level - 1)]\n" }
    #expect(problem(shallow) == nil)
  }

  @Test func aliasesInUseAreFine() throws {
    let text = "base: &base {a: 1, b: [1, 2]}\n" + (0..<1000).map { "k\($0): *base\n" }.joined()
    let root = try #require(try parse(text).get())
    #expect(root["k999"]?["b"]?.items?.count == 2)
    #expect(problem("a: &a {b: *a}\n") != nil, "a value inside itself")
    #expect(problem("a: *nothing\n") != nil)
    #expect(problem("text: |\n  if (a && b) { return *p; } /* &p */\n  *p = &p\n") == nil)
  }

  @Test func duplicateKeys() {
    #expect(
      problem("a: 1\nb: 2\na: 3\n")
        == "x.yaml:1:1: the key `a` is written more than once in this map: keep one")
    #expect(problem("{a: 1, 'a': 2}") != nil)
  }

  @Test func keysThatAreNoWords() {
    #expect(problem("? [a]\n: b\n") == "x.yaml:1:3: a key is a list or a map: write a word")
    #expect(problem("{{a: b}: c}") != nil)
  }

  @Test func encodings() throws {
    func message(_ bytes: [UInt8]) -> String? {
      if case .failure(let problem) = parse(bytes) { "\(problem.position): \(problem.message)" } else { nil }
    }
    #expect(
      message(Array("a: 1\nb: é".utf8) + [0xFF]) == "x.yaml:2:5: the file is not UTF-8 text: save it as UTF-8"
    )
    #expect(message(Array("a: é".utf8) + [0, 1]) == "x.yaml:1:5: the file has a NUL byte: remove it")
    #expect(message([0xFF, 0xFE, 0x61, 0x00]) == "x.yaml:1:1: the file is not UTF-8 text: save it as UTF-8")
    #expect(message([0xC3]) != nil)
    #expect(message([0xED, 0xA0, 0x80]) != nil, "a lone surrogate")
    #expect(message(Array("a: \u{1}".utf8)) != nil)
    let marked = try #require(try parse([0xEF, 0xBB, 0xBF] + Array("a: 1\n".utf8)).get())
    #expect(marked["a"]?.value == .integer(1))
    let crlf = try #require(try parse("a: 1\r\nb: 2\r\n").get())
    #expect(crlf["b"]?.position.line == 2)
  }

  @Test func tags() throws {
    #expect(try parse("!!str 5").get()?.value == .string("5"))
    #expect(try parse("!!int \"5\"").get()?.value == .integer(5))
    #expect(problem("a: !secret x") == "x.yaml:1:4: the tag `!secret` means nothing here: remove it")
    #expect(problem("!!binary aGVsbG8=") != nil)
  }

  @Test func manyValues() {
    #expect(
      problem("[" + String(repeating: "0,", count: 600_000) + "]")?.contains("more than 500000 values")
        == true)
  }

  @Test func emptyDocuments() throws {
    for text in ["", "\n", "# nothing\n", "---\n", "--- \n...\n"] {
      #expect(try parse(text).get()?.pairs == nil)
    }
  }

  @Test func hugeFiles() throws {
    let fixture = try ProjectFixture(["src/data.json": "{}"])
    let limit = FileContents.textLimit
    try fixture.write(
      Array("namespace: a\n#".utf8) + [UInt8](repeating: 0x20, count: limit), to: "src/_index.yaml")
    #expect(
      try fixture.load().diagnostics.map(\.message) == [
        "cannot read \(fixture.path("src/_index.yaml")): it has more than \(limit) bytes"
      ])
  }

  /// Valid files, changed at random: each is loaded or reported, and never more than that.
  @Test(arguments: 1...4)
  func changedFiles(_ seed: UInt64) throws {
    let valid = Array(
      ("namespace: app\nentries:\n"
        + worker(
          "imports: [wasi:cli, \"wasi:io\"]",
          "wasi: &w {args: [a, 1.5, \"~\"], env: [{id: v, name: F}], cwd: '/x'}",
          "limits: {max_memory: 64MiB, max_cpu_ms: 0x10}",
          "lifecycle: {<<: {auto_start: true}, requires: [bin]}",
          "meta:", "  command: {name: go}", "  text: |-", "    two", "    lines", "  other: *w")
        + "  - {name: v, kind: env.variable, storage: s, default: \"\\u00e9${env:X|y}\"}\n"
        + "  - {name: s, kind: env.storage.static, values: {F: 'quo\n    ted'}}\n").utf8)
    let special = Array("&*[]{}:,-?!|>'\"%@`#~\n\r\t \\0a$<".utf8) + [0, 0x80, 0xFF, 0xC3, 0xEF]
    var random = SeededGenerator(seed: seed)
    let fixture = try ProjectFixture()
    let project = try Project.locate(from: fixture.root, explicit: fixture.root)
    try fixture.write(valid, to: "_index.yaml")
    #expect(Registry.load(project, environment: [:]).diagnostics.isEmpty)
    var loaded = 0
    for round in 0..<1000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...(round.isMultiple(of: 4) ? 8 : 2), using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[index] = special.randomElement(using: &random) ?? 0
        case 1: bytes.insert(special.randomElement(using: &random) ?? 0, at: index)
        case 2: bytes.remove(at: index)
        case 3:
          let end = min(bytes.count, index + Int.random(in: 1...40, using: &random))
          bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0..<bytes.count, using: &random))
        default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
      }
      try fixture.write(bytes, to: "_index.yaml")
      let registry = Registry.load(project, environment: [:])
      loaded += registry.entries.isEmpty ? 0 : 1
      for entry in registry.entries {
        _ = try? WasmEntry(entry)
        _ = try? EnvironmentResolver(registry, environment: [:]).value(of: entry.id)
      }
      let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 3
      for diagnostic in registry.diagnostics {
        #expect((1...lines).contains(diagnostic.line), "seed \(seed), round \(round): \(diagnostic)")
        #expect(diagnostic.column >= 1)
      }
    }
    #expect(loaded > 200, "most changes must get further than the parser to be worth trying")
  }
}

/// A small generator whose numbers follow from its seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed << 40 | 0x9E37_79B9 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
