import Testing
import WippyComponent

@testable import WippyWASI

/// What a guest is granted chooses functions of the host. The code that its modules become is the same.
@Suite struct MergedPlanTests {
  @Test(arguments: ["all_imports", "files", "sockets", "http_client", "command"]) func grantsDoNotChangeIt(
    _ name: String
  ) throws {
    let bytes = try GuestRunner.binary(name)
    let one: Set<String> = ["wasi:clocks/monotonic-clock", "wasi:io/streams"]
    let merges = try [[], one, GuestRunner.everything].map { granted in
      let provider = WASIProvider(
        grants: CapabilityGrants(granted: granted, groups: GuestRunner.groups), entry: GuestRunner.entry)
      return try bytes.withUnsafeBytes { bytes in
        try #require(try ComponentPlanner.plan(ComponentDecoder.decode(bytes), bytes: bytes, provider: provider).merge)
      }
    }
    #expect(merges[0] == merges[1] && merges[1] == merges[2])
    #expect(Set(merges).count == 1)
  }
}
