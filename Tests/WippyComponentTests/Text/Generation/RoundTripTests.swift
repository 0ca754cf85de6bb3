import Testing
import WippyCore

@testable import WippyComponent

@Suite struct RoundTripTests {
  /// Runs `body` with many random types and values; a failure names the seed that repeats it.
  private func forEachValue(_ body: (ValueType, Value) throws -> Bool) {
    for seed in UInt64(1)...1500 {
      var generator = TypeGenerator(seed: seed)
      let type = generator.type()
      let value = generator.value(type)
      do {
        let holds = try body(type, value)
        #expect(holds, "seed \(seed): \(WITPrinter().text(of: type)): \(value)")
      } catch {
        Issue.record("seed \(seed): \(WITPrinter().text(of: type)): \(value): \(error)")
      }
    }
  }

  @Test func wave() {
    forEachValue { type, value in
      let text = try WAVEPrinter.text(for: value, type: type)
      return try WAVEParser.parse(text, as: type).isIdentical(to: value)
    }
  }

  @Test func json() {
    forEachValue { type, value in
      let loose = try JSONParser.parse(try JSONPrinter.text(for: value, type: type))
      return try ValueConformance.conform(loose, to: type).isIdentical(to: value)
    }
  }

  @Test func conformingTheNormalFormChangesNothing() {
    forEachValue { type, value in
      try ValueConformance.conform(value, to: type).isIdentical(to: value)
    }
  }

  @Test func commandLine() {
    forEachValue { type, value in
      let function = FunctionType(parameters: [.init("v", type)])
      guard let text = try ResultText.text(for: value, type: type) else { return true }
      // An `ok` is printed without its result, and `list<string>` takes arguments as they are.
      if case .result = type { return true }
      if type == .list(.string) { return true }
      return try CommandLineArguments.parse([text], for: function)[0].isIdentical(to: value)
    }
  }

  @Test func wit() {
    for seed in UInt64(1)...500 {
      var generator = TypeGenerator(seed: seed)
      let function = FunctionType(
        parameters: [.init("func", generator.type()), .init("b", generator.type())], result: generator.type())
      let text = WITPrinter().signature(of: function, named: "list")
      do {
        let signature = try WITSignature.parse(text + ";")
        #expect(signature["list"] == function, "seed \(seed): \(text)")
      } catch {
        Issue.record("seed \(seed): \(text): \(error)")
      }
    }
  }
}
