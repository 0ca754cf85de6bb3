import Testing
import WippyCore
import WippyTestKit

@testable import WippyComponent

/// Random and damaged text: every parser answers with a value or an error.
@Suite struct ParserFuzzTests {
  private static let fragments = [
    "{", "}", "[", "]", "(", ")", "<", ">", ":", ",", ";", "->", "\"", "\"\"\"", "'", "\\", "\\u{", "\\u",
    "%", "-",
    "_", "@", "/", "/*", "*/", "//", "\n", "\r\n", " ", "some", "none", "ok", "err", "inf", "-inf", "nan",
    "true",
    "null", "0", "1", "-1", "1e9", "1.", "99999999999999999999", "a", "a-b", "func", "record", "variant",
    "type",
    "list", "option", "result", "tuple", "u8", "string", "=", "ä", "🌊", "\u{301}", "\0",
  ]

  private func randomText(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0...30, using: &random)).map { _ in
      Self.fragments.randomElement(using: &random) ?? ""
    }.joined()
  }

  private func damaged(_ text: String, _ random: inout SeededGenerator) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...3, using: &random) where !scalars.isEmpty {
      let place = Int.random(in: 0..<scalars.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: scalars.remove(at: place)
      case 1:
        scalars.insert(
          contentsOf: (Self.fragments.randomElement(using: &random) ?? "").unicodeScalars, at: place)
      default: scalars.removeLast(scalars.count - place)
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// What is accepted is of the type: conforming it changes nothing.
  private func checkWAVE(_ text: String, _ type: ValueType) {
    guard let value = try? WAVEParser.parse(text, as: type) else { return }
    let again = try? ValueConformance.conform(value, to: type)
    #expect(again?.isIdentical(to: value) == true, "\(text)")
  }

  @Test func waveAndJSON() throws {
    for seed in UInt64(1)...1500 {
      var generator = TypeGenerator(seed: seed)
      let type = generator.type()
      let value = generator.value(type)
      checkWAVE(randomText(&generator.random), type)
      checkWAVE(damaged(try WAVEPrinter.text(for: value, type: type), &generator.random), type)
      let json = damaged(try JSONPrinter.text(for: value, type: type), &generator.random)
      for text in [json, randomText(&generator.random)] {
        guard let loose = try? JSONParser.parse(text),
          let normal = try? ValueConformance.conform(loose, to: type)
        else { continue }
        let again = try? ValueConformance.conform(normal, to: type)
        #expect(again?.isIdentical(to: normal) == true, "\(text)")
      }
      _ = try? CommandLineArguments.parse([json], for: FunctionType(parameters: [.init("v", type)]))
    }
  }

  @Test func wit() {
    let sample = """
      // A point.
      record point { x: s32, %list: list<option<u8>>, }
      variant shape { dot, circle(tuple<point, f64>) }
      type shapes = list<shape>; flags mode { r, w }
      draw: func(s: shapes, m: mode) -> result<_, string>;
      """
    for seed in UInt64(1)...3000 {
      var random = SeededGenerator(seed: seed)
      for text in [randomText(&random), damaged(sample, &random)] {
        guard let signature = try? WITSignature.parse(text) else { continue }
        for function in signature.functions {
          let printed = WITPrinter().signature(of: function.type, named: function.name)
          #expect((try? WITSignature.parse(printed))?[function.name] == function.type, "\(text)")
        }
      }
    }
  }
}
