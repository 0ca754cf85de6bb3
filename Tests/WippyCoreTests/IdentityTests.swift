import Testing
import WippyCore

@Suite struct IdentityTests {
  @Test func entryIDs() {
    #expect(EntryID("app:greet")?.description == "app:greet")
    #expect(EntryID("greet", in: "app") == EntryID(namespace: "app", name: "greet"))
    #expect(EntryID("demo.cli:a-b_c.1") != nil)
    for wrong in ["greet", ":greet", "app:", "app:a b", "app:a:b", "", "äpp:x"] {
      #expect(EntryID(wrong) == nil)
    }
    #expect(EntryID("b:a")! > EntryID("a:b")!)
  }

  @Test func processIDs() {
    let pid = ProcessID(host: "app:processes", serial: 0x2a)
    #expect(pid.description == "{app:processes|0x0002a}")
    #expect(ProcessID(pid.description) == pid)
    #expect(ProcessID("app:processes|0x2a") == pid)
    let remote = ProcessID(node: "east", host: "h", serial: 0x123456)
    #expect(remote.description == "{east@h|0x123456}")
    #expect(ProcessID(remote.description) == remote)
    #expect(remote != ProcessID(host: "h", serial: 0x123456))
    for wrong in [
      "", "{}", "{h|12}", "{h|0x}", "{h|0x0}", "{|0x1}", "{h|0x1", "h0x1", "{@h|0x1}", "{h|0xfffffffffffffffff}",
    ] {
      #expect(ProcessID(wrong) == nil)
    }
  }
}
