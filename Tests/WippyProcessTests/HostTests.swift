import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct HostTests {
  @Test func countsAreApart() {
    var state = HostState()
    #expect(state.admit(maxProcesses: 0, queueSize: 0) == .admitted)
    #expect(state.admit(maxProcesses: 0, queueSize: 0) == .admitted)
    state.beginFirstStep()
    state.release()
    #expect(state.processes == 1 && state.unfinished == 2 && state.queued == 1)
    state.finish()
    #expect(state.processes == 1 && state.unfinished == 1 && state.queued == 1)
  }

  @Test func boundsHold() {
    var state = HostState()
    _ = state.admit(maxProcesses: 2, queueSize: 1)
    #expect(state.admit(maxProcesses: 2, queueSize: 1) == .queueFull)
    state.beginFirstStep()
    #expect(state.admit(maxProcesses: 2, queueSize: 1) == .admitted)
    state.beginFirstStep()
    #expect(state.admit(maxProcesses: 2, queueSize: 1) == .full)
    state.release()
    #expect(state.admit(maxProcesses: 2, queueSize: 1) == .admitted)
  }

  @Test func aClosedHostIsDrainedWithItsLastProcess() {
    let host = Host(id: EntryID(namespace: "a", name: "b"))
    let heard = Recorder<String>()
    #expect(throws: Never.self) { try host.admit() }
    host.close()
    host.onDrained { heard.record("drained") }
    #expect(throws: ProcessError.hostClosed(host: "a:b")) { try host.admit() }
    host.beginFirstStep()
    host.release()
    #expect(heard.events.isEmpty)
    host.finish()
    #expect(heard.events == ["drained"])
    host.onDrained { heard.record("at once") }
    #expect(heard.events == ["drained", "at once"])
  }
}
