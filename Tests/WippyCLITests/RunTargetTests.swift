import Testing
import WippyCore

@testable import WippyCLI

struct RunTargetTests {
  @Test func tellsFilesFromCommands() throws {
    #expect(try RunTarget(exec: nil, words: ["list"]) == .list)
    #expect(try RunTarget(exec: nil, words: ["greet", "-x"]) == .command("greet", arguments: ["-x"]))
    #expect(try RunTarget(exec: nil, words: ["a.wasm", "1"]) == .file("a.wasm", arguments: ["1"]))
    #expect(try RunTarget(exec: nil, words: ["./a"]) == .file("./a", arguments: []))
    #expect(try RunTarget(exec: nil, words: ["a.wat"]) == .file("a.wat", arguments: []))
    let id = EntryID(namespace: "a", name: "b")
    #expect(try RunTarget(exec: "a:b", words: ["list"]) == .entry(id, arguments: ["list"]))
  }

  @Test func refusesWhatIsNoId() {
    let failure = #expect(throws: CommandFailure.self) { try RunTarget(exec: "nope", words: []) }
    #expect(failure?.code == 2)
  }

  @Test func listTakesNoArguments() {
    let failure = #expect(throws: CommandFailure.self) { try RunTarget(exec: nil, words: ["list", "x"]) }
    #expect(failure?.code == 2)
  }
}
