import WippyTestKit

/// Random programs of Lua 5.4 without annotations: valid, but for their meaning.
struct PlainLuaGenerator {
  private var random: SeededGenerator
  private var tokens: [String] = []

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  mutating func program() -> String {
    tokens = []
    for _ in 0..<pick(1...6) { statement(3) }
    var text = ""
    for token in tokens {
      text += token
      text += ["\n", " ", " ", "  ", "\n\n", " --x: y\n", "--[[ a: b ]]", "\t"][pick(0...7)]
    }
    return text
  }

  private mutating func pick(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }

  private mutating func add(_ words: String...) { tokens += words }

  private mutating func name() {
    add(["a", "type", "as", "export", "x", "typeof", "readonly", "number", "_"][pick(0...8)])
  }

  private mutating func names() {
    name()
    for _ in 0..<pick(0...2) {
      add(",")
      name()
    }
  }

  private mutating func expressions(_ depth: Int) {
    expression(depth)
    for _ in 0..<pick(0...1) {
      add(",")
      expression(depth)
    }
  }

  private mutating func expression(_ depth: Int) {
    switch pick(0...(depth > 0 ? 13 : 4)) {
    case 0: add(["1", "0x1F", "1e+3", ".5"][pick(0...3)])
    case 1: add(["\"a: b\"", "'::x'", "[[type T = ]]", "\"\\\"\""][pick(0...3)])
    case 2: add(["nil", "true", "false"][pick(0...2)])
    case 3, 4: name()
    case 5, 6:
      expression(depth - 1)
      add(["+", "..", "<", ">", ">>", "==", "~=", "and", "or", "-", "|", "&", "//", ">=", "<="][pick(0...14)])
      expression(depth - 1)
    case 7:
      add(["not", "-", "#", "~"][pick(0...3)])
      expression(depth - 1)
    case 8: function("function", depth)
    case 9: table(depth)
    case 10, 11: call(depth)
    default:
      name()
      add(".")
      name()
    }
  }

  private mutating func table(_ depth: Int) {
    add("{")
    for _ in 0..<pick(0...3) {
      if pick(0...1) == 0 {
        name()
        add("=")
      }
      expression(depth - 1)
      add([",", ";"][pick(0...1)])
    }
    add("}")
  }

  private mutating func call(_ depth: Int) {
    name()
    if pick(0...1) == 0 {
      add(":")
      name()
    }
    switch pick(0...2) {
    case 0: add("\"s\"")
    case 1: table(depth)
    default:
      add("(")
      expressions(depth - 1)
      add(")")
    }
  }

  private mutating func function(_ words: String, _ depth: Int) {
    add(words)
    add("(")
    if pick(0...1) == 0 { names() } else { add("...") }
    add(")")
    statement(depth - 1)
    add("end")
  }

  private mutating func statement(_ depth: Int) {
    switch pick(0...(depth > 0 ? 11 : 4)) {
    case 0:
      add("local")
      names()
      if pick(0...2) == 0 { add("<", "const", ">") }
      add("=")
      expressions(depth)
    case 1:
      name()
      add("=")
      expressions(depth)
    case 2: call(depth)
    case 3: add("::l\(pick(0...1_000_000))::")
    case 4: add(";")
    case 5:
      add("if")
      expression(depth - 1)
      add("then")
      statement(depth - 1)
      add("else")
      statement(depth - 1)
      add("end")
    case 6:
      add("for")
      names()
      add("in")
      expressions(depth - 1)
      add("do")
      statement(depth - 1)
      add("end")
    case 7:
      add("repeat")
      statement(depth - 1)
      add("until")
      expression(depth - 1)
    case 8: function("function a.type:as", depth)
    case 9: function("local function type", depth)
    case 10:
      add("while")
      expression(depth - 1)
      add("do")
      statement(depth - 1)
      add("break", "end")
    default:
      add("do")
      statement(depth - 1)
      add("return")
      expressions(depth - 1)
      add("end")
    }
  }
}
