import Testing
import WippyLua

@Suite struct PlainLuaTests {
  /// Lua's own compiler says what is plain Lua.
  @Test func keepsRandomPrograms() throws {
    let lua = try BareLua()
    var valid = 0
    for seed in 0..<3000 as Range<UInt64> {
      var generator = PlainLuaGenerator(seed: seed)
      let source = Array(generator.program().utf8)
      guard lua.compiles(source) else { continue }
      valid += 1
      let stripped = TypeAnnotations.strip(source)
      #expect(stripped == source, "seed \(seed): \(String(decoding: source, as: UTF8.self))")
    }
    #expect(valid > 1000)
  }
}
