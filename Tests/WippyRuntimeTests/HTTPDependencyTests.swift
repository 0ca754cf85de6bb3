import Synchronization
import Testing
import WippyCore

@testable import WippyRuntime

/// A gateway does not answer before what its functions need runs.
@Suite struct HTTPDependencyTests {
  private static let project = """
      - name: waits
        kind: process.lua
        method: main
        source: |
          function main() process.events():receive() end
      - {name: base, kind: process.service, process: waits, host: processes}
      - {name: other, kind: process.service, process: waits, host: processes}
      - name: answer
        kind: function.lua
        method: main
        lifecycle: {requires: [base]}
        source: |
          function main() return "fine" end
    """

  @Test func whatFunctionsNeedIsStartedFirst() async throws {
    let project = try GuestProject(
      [], hosts: Self.project + "\n" + HTTPServiceTests.service + HTTPServiceTests.endpoint("e", "GET", "/a", "answer"))
    let events = project.runtime.serviceEvents()
    try await project.runtime.startServices()
    let entries = project.runtime.processes().map(\.entry)
    #expect(entries.contains(GuestProject.id("base")))
    #expect(!entries.contains(GuestProject.id("other")))
    var running: [String] = []
    for await event in events where event.state == .running {
      running.append(event.service.name)
      if running.count == 2 { break }
    }
    #expect(running == ["base", "gateway"])
    let port = try #require(project.runtime.port(of: GuestProject.id("gateway")))
    #expect(try #require(await project.runtime.send("/api/a", to: port)).text == "fine")
    await project.runtime.shutdown()
  }

  @Test func whoNeedEachOtherAreToldSo() throws {
    #expect {
      _ = try GuestProject(
        [],
        hosts: Self.project.replacing("requires: [base]", with: "requires: [gateway]") + "\n" + HTTPServiceTests.service
          + HTTPServiceTests.endpoint("e", "GET", "/a", "answer"))
    } throws: { error in
      "\(error)".contains("these entries need each other") && "\(error)".contains("guests:gateway")
        && "\(error)".contains("_index.yaml:")
    }
  }
}
