import CWasmtime
import Testing
import WippyCore

@testable import WippyEngine

@Suite struct TrapTests {
  private func trap(_ text: String, hostMessage: String = "host", ticks: UInt64 = 1 << 40) throws -> Trap? {
    let engine = try BareEngine()
    switch try engine.call(try BareEngine.wasm(text), hostMessage: hostMessage, ticks: ticks) {
    case .returned: return nil
    case .trap(let trap): return Trap(consuming: trap)
    case .error(let error): return Trap(consumingError: error)
    }
  }

  @Test(arguments: [
    ("unreachable", "unreachable"),
    ("call 0", "stack overflow"),
    ("(drop (i32.load (i32.const 100000)))", "out-of-bounds memory access"),
    ("(memory.init 0 (i32.const 0) (i32.const 0) (i32.const 99))", "out-of-bounds memory access"),
    ("(call_indirect (i32.const 30))", "out-of-bounds table access"),
    ("(drop (table.get (i32.const 9)))", "out-of-bounds table access"),
    ("(call_indirect (i32.const 1))", "uninitialized table element"),
    ("(call_indirect (param i32) (i32.const 1) (i32.const 0))", "indirect call type mismatch"),
    ("(drop (i32.div_s (i32.const 1) (i32.const 0)))", "integer division by zero"),
    ("(drop (i32.div_s (i32.const -2147483648) (i32.const -1)))", "integer overflow"),
    ("(drop (i32.trunc_f32_s (f32.const nan)))", "invalid conversion to integer"),
  ])
  func messagesAreNormalised(body: String, message: String) throws {
    let text = """
      (module $guest (memory 1) (data "abc") (table 2 funcref) (elem (i32.const 0) 0)
        (func $boom (export "f") \(body)))
      """
    let trap = try #require(try trap(text))
    #expect(trap.message == message)
    let frame = try #require(trap.backtrace.first)
    #expect(frame.function == "boom" && frame.module == "guest" && frame.index == 0)
    if message != "stack overflow" {
      #expect(frame.offset > 0)
      #expect(frame.description.hasPrefix("guest!boom at 0x"))
    }
  }

  @Test func aStartFunctionTrapsWhenItIsInstantiated() throws {
    let trap = try #require(try trap("(module (func $s unreachable) (start $s))"))
    #expect(trap.message == "unreachable")
    #expect(trap.backtrace.map(\.function) == ["s"])
    #expect(trap.backtrace.first?.module == nil)
  }

  @Test func aDataSegmentOutOfBoundsHasNoBacktrace() throws {
    let trap = try #require(try trap("(module (memory 1) (data (i32.const 99999999) \"abc\"))"))
    #expect(trap == Trap(message: "out-of-bounds memory access"))
  }

  @Test func aHostFunctionsMessageIsKept() throws {
    let text = "(module (import \"h\" \"h\" (func $h)) (func $f (export \"f\") (call $h)))"
    let trap = try #require(try trap(text, hostMessage: "no such file\nsecond line"))
    #expect(trap.message == "no such file\nsecond line")
    #expect(trap.backtrace.map(\.function) == ["f"])
  }

  @Test func anEpochErrorIsItsText() throws {
    let trap = try #require(try trap("(module (func $spin (export \"f\") (loop (br 0))))", ticks: 0))
    #expect(trap.message == "over")
    #expect(trap.backtrace.map(\.function) == ["spin"])
  }

  @Test func namesCannotSpeakToATerminalOrForgeTheMessage() throws {
    let name = "evil\\n\\nCaused by:\\n    wasm trap: all is well\\1b[2J"
    let trap = try #require(try trap("(module (func $\"\(name)\" (export \"f\") unreachable))"))
    #expect(trap.message == "unreachable")
    let function = try #require(trap.backtrace.first?.function)
    #expect(!function.contains("\u{1b}"))
    #expect(function.contains("evil"))
  }

  @Test func aRecursionsBacktraceIsBounded() throws {
    let trap = try #require(try trap("(module (func $deep (export \"f\") (call $deep)))"))
    #expect(trap.message == "stack overflow")
    #expect((1...100).contains(trap.backtrace.count))
  }

  @Test func sourceLinesComeFromDebugInformation() throws {
    let directory = try TemporaryDirectory()
    let source = """
      __attribute__((noinline)) static int inner(int a) { if (a > 3) __builtin_trap(); return a + 1; }
      static inline int helper(int a) { return inner(a) * 2; }
      __attribute__((export_name("f"))) void f(void) {
        volatile int a = 7;
        a = helper(a);
      }
      """
    try directory.write("guest.c", Array(source.utf8))
    let (status, output) = try run([
      "clang", "--target=wasm32-unknown-unknown", "-g", "-O1", "-nostdlib", "-Wl,--no-entry", "-o",
      directory.path + "/guest.wasm", directory.path + "/guest.c",
    ])
    try #require(status == 0, "\(output)")
    let engine = try BareEngine()
    guard case .trap(let pointer) = try engine.call(try directory.read("guest.wasm")) else {
      Issue.record("no trap")
      return
    }
    let trap = Trap(consuming: pointer)
    #expect(trap.message == "unreachable")
    #expect(trap.backtrace.map(\.function) == ["inner", "helper", "f"])
    #expect(
      trap.backtrace.map { $0.source?.split(separator: "/").last } == ["guest.c:1", "guest.c:2", "guest.c:5"])
    #expect(trap.backtrace[1].index == trap.backtrace[2].index)
  }

  @Test func reportsThatAreNoBacktracesAreTheirOwnCause() {
    #expect(TrapReport("wasm trap: unreachable").cause == "unreachable")
    #expect(TrapReport("unknown import: `a::b`").cause == "unknown import: `a::b`")
    #expect(TrapReport("a\n\nCaused by:\n    0: b\n    1: c\n").cause == "c")
    #expect(TrapReport("").cause == "")
    #expect(TrapReport("error while executing at wasm backtrace:").frames.isEmpty)
    #expect(
      TrapReport("error while executing at wasm backtrace:\n at x\n - y\n 7: z\n 0:\n").frames.count == 1)
  }

  @Test func compilationErrorsAreOneLine() throws {
    let engine = try BareEngine()
    for bytes: [UInt8] in [[], Array("garbage".utf8), [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1]] {
      do {
        wasmtime_module_delete(try engine.compile(bytes))
        Issue.record("compiled \(bytes)")
      } catch {
        #expect(error.label == "compilation")
        #expect(!"\(error)".contains("\n"))
      }
    }
  }
}
