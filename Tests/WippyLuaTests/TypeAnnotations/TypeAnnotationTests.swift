import Testing
import WippyLua

@Suite struct TypeAnnotationTests {
  /// Each source beside what is left of it; `~` stands for the spaces that were an annotation.
  @Test(arguments: [
    ("local x: number = 1", "local x~ = 1"),
    ("local a: string, b: {[string]: number}? = f()", "local a~, b~ = f()"),
    ("local x <const>: integer = 1", "local x <const>~ = 1"),
    ("local x: number <const> = 1", "local x~ <const> = 1"),
    ("local x: number @min(0) @max(100) = 50", "local x~ = 50"),
    ("local s: string @pattern(\"^.+@.+$\") = y", "local s~ = y"),
    ("local v: number | \"a\" | -1 = 1", "local v~ = 1"),
    ("local f: (number, string) -> boolean", "local f~"),
    ("local f: (a: number, ...: string) -> (A, B) = g", "local f~ = g"),
    ("local m: Map<string, List<{number}>>= x", "local m~= x"),
    ("function f(a: string, b: T?): (number, string?) end", "function f(a~, b~)~ end"),
    ("function m.a:b(...: number): never end", "function m.a:b(...~)~ end"),
    ("local function id<T: Named, U>(x: T): T return x end", "local function id~(x~)~ return x end"),
    ("local g = function(x: number): number return x end", "local g = function(x~)~ return x end"),
    ("function f(a?: number) end", "function f(a~) end"),
    ("for i: integer, v: any in pairs(t) do end", "for i~, v~ in pairs(t) do end"),
    ("type User = {name: string, age?: number, [string]: any}", "~"),
    ("type Result<T, E> = {ok: true, value: T} | {ok: false, error: E}", "~"),
    ("type P = Named & Aged; x = 1", "~; x = 1"),
    ("f() type S = \"a\" | \"b\" g()", "f() ~ g()"),
    ("export type F = (number) -> number", "~"),
    ("local u = d :: User", "local u = d~"),
    ("local u = (d :: {a: number}).a", "local u = (d~).a"),
    ("local u = d as User", "local u = d~"),
    ("local u = f(d as {a: number}, e as nil)", "local u = f(d~, e~)"),
    ("local n = (user!).name", "local n = (user~).name"),
    ("x = a! + b[1]! + c()!", "x = a~ + b[1]~ + c()~"),
    ("local cb: function = f", "local cb~ = f"),
    ("local arr: string[] = {}", "local arr~ = {}"),
    ("local t: typeof(f(1)) = 2", "local t~ = 2"),
  ])
  func takesAnnotationsOut(_ source: String, _ expected: String) throws {
    let stripped = TypeAnnotations.strip(source)
    #expect(stripped.utf8.count == source.utf8.count)
    #expect(stripped.collapsingSpaces == expected.replacing("~", with: " ").collapsingSpaces)
    #expect(try BareLua().compiles(Array(stripped.utf8)))
  }

  @Test func keepsLines() {
    let source = """
      type State =
          {status: "loading"}  -- first
          | {status: "done",
             data: User}

      local function render(
        state: State,
        width: number
      ): (
        string?
      )
        error("here")
      end
      """
    let stripped = TypeAnnotations.strip(source)
    #expect(stripped.utf8.count == source.utf8.count)
    let lines = stripped.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 13)
    #expect(String(lines[6]).collapsingSpaces == " state ,")
    #expect(String(lines[10]).collapsingSpaces == " ")
    #expect(lines[11] == "  error(\"here\")")
    #expect(lines[5] == "local function render(")
  }

  /// Lua programs that look as if they had annotations.
  @Test(arguments: [
    "local s = \"local x: number\" -- y: string",
    "x = [[type T = {}]] --[==[ z :: any ]==]",
    "a:b() a.b:c\"x\" a:b{} local y = a:b()",
    "::top:: goto top ::bottom::",
    "local x = y ::label:: f()",
    "local x ::label:: goto label",
    "type(x) local t = type type = 3 t = {type = type}",
    "local t = type\nfoo = 3",
    "x = t.type\nfoo = 3",
    "x = not type\nfoo = 3",
    "x = a > type\nfoo = 3",
    "goto type\n::type::\nx = 3",
    "local as = 1\nx = as\nas = 2",
    "x = y\nas = 3",
    "x = y\nas(3)",
    "x = y as {a:b()}",
    "local type <const> = type",
    "for type = 1, 2 do end",
    "for as, type in pairs(t) do end",
    "function type(as, type) return type end",
    "export = 1 local export, readonly, typeof = 1, 2, 3",
    "return function(...) return ... end",
    "x = 1 // 2 >> 3 >= 4 ~= 5 == 6 <= 7 << 8 .. \"\" -- !",
    "x = 0x1p-3 + 1e+5 + .5 + 3. + 0xA.8P+1",
    "x = 'a\\'b' .. \"\\z   \n c\" .. 'line\\\nnext'",
    "#!/usr/bin/lua\nreturn 1",
    "local a <close>, b <const> = nil, 2",
  ])
  func keepsPlainLua(_ source: String) {
    #expect(TypeAnnotations.strip(source) == source)
  }

  @Test(arguments: [
    "local x: = 1", "local x: {a: ", "function f(x: number", "type = ", "type X =", "x ::", "local x: <T>", "\"",
    "[==[",
    "--[[", "local x: typeof(", "x as", "type T<", "local x: (", "function f<T", "local x: A<B", "\\", "'\\", "local",
    "for", "function", "::", "0x", ":", "!", "local x: |", "function f():", "local x: T @min(",
  ])
  func keepsWhatIsNoType(_ source: String) {
    #expect(TypeAnnotations.strip(source).utf8.count == source.utf8.count)
  }

  @Test func takesHostileSources() {
    for piece in [
      "local x: {", "x::typeof(", "type A = {type A = {", "f<", "local a: (((", "local a: A<A<", "x as {a: ",
    ] {
      let source = Array(String(repeating: piece, count: 3000).utf8)
      #expect(TypeAnnotations.strip(source).count == source.count)
    }
    #expect(TypeAnnotations.strip([0x1b, 0x4c, 0x75, 0x61, 0x3a]) == [0x1b, 0x4c, 0x75, 0x61, 0x3a])
    let noise: [UInt8] = [0, 0xff, 0x3a, 0x20, 0xc3, 0x28, 0x3a, 0x3a, 0x41]
    #expect(TypeAnnotations.strip(noise).count == noise.count)
  }
}

extension String {
  fileprivate var collapsingSpaces: String {
    reduce(into: "") { text, character in
      if character != " " || text.last != " " { text.append(character) }
    }
  }
}
