import Testing

@testable import WippyRegistry

@Suite struct ImportGroupTests {
  @Test(arguments: [
    ("wasi:cli", "wasi:cli", 10), ("wasi:io@0.2.6", "wasi:io", 3), ("wasi:poll", "wasi:poll", 1),
    ("wasi:io/streams", "wasi:io", 1), ("wasi:clocks/wall-clock@0.2.0", "wasi:clocks", 1),
    ("preview1", "wasi_snapshot_preview1", 1), ("wasi1", "wasi_snapshot_preview1", 1),
    ("wasi-preview1", "wasi_snapshot_preview1", 1), ("wasi_snapshot_preview1", "wasi_snapshot_preview1", 1),
    ("funcs", "wippy:runtime", 1), ("wippy:runtime/funcs@0.1.0", "wippy:runtime", 1),
    ("wippy:process", "wippy:process", 4),
    ("wasi:http/outgoing-handler", "wasi:http", 1), ("wasi:sockets", "wasi:sockets", 7),
  ])
  func grants(_ item: String, _ group: String, _ count: Int) throws {
    let grant = try ImportGroups.grant(item).get()
    #expect(grant.group == group)
    #expect(grant.interfaces.count == count)
    #expect(grant.text == item)
  }

  @Test(arguments: [
    ("wasi:clii", "there is no import group `wasi:clii`: did you mean `wasi:cli`?"),
    ("wasi:io/stream", "there is no import group `wasi:io/stream`: did you mean `wasi:io/streams`?"),
    ("wasi:cli@0.3.0", "`wasi:cli@0.3.0`: version 0.2.x is served: write `wasi:cli`"),
    ("wasi:cli@0.2.", "`wasi:cli@0.2.`: version 0.2.x is served: write `wasi:cli`"),
    ("wasi:cli@", "`wasi:cli@`: version 0.2.x is served: write `wasi:cli`"),
    ("preview1@0.2.0", "`preview1@0.2.0`: it has no versions: write `preview1`"),
  ])
  func problems(_ item: String, _ message: String) {
    #expect(ImportGroups.grant(item) == .failure(ImportProblem(message: message)))
  }

  @Test func unknownNamesListTheGroups() {
    guard case .failure(let problem) = ImportGroups.grant("database") else {
      Issue.record("`database` is a group")
      return
    }
    #expect(problem.message.contains("write one of `wasi:io`, `wasi:poll`, `wasi:clocks`"))
  }

  @Test func interfacesLeadToTheirGroup() {
    #expect(ImportGroups.group(ofInterface: "wasi:io/poll@0.2.3") == "wasi:io")
    #expect(ImportGroups.group(ofInterface: "wasi:cli/environment") == "wasi:cli")
    #expect(ImportGroups.group(ofInterface: "acme:db/sql") == nil)
  }

  @Test func everyInterfaceIsQualified() {
    for group in ImportGroups.all where group.name.contains(":") {
      #expect(group.interfaces.allSatisfy { $0.contains(":") && $0.contains("/") })
    }
  }
}
