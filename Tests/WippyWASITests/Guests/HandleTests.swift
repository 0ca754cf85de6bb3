import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

@Suite struct HandleTests {
  @Test(arguments: [
    ("unknown-handle", "unknown handle"), ("use-after-drop", "unknown handle"), ("drop-twice", "unknown handle"),
    ("wrong-type", "output-stream"), ("drop-parent", "open children"),
  ])
  func badHandlesTrap(method: String, text: String) throws {
    let message = try GuestRunner("bad_handles").trapMessage(method)
    #expect(message?.contains(text) == true, "\(message ?? "")")
  }

  @Test func handlesAreBounded() throws {
    let reason = try GuestRunner("many_handles", maximumHandles: 100).stopReason("open-forever")
    #expect(reason == .resource(LimitExceeded(limit: "max_resources", allowed: 100, used: 101)))
  }

  @Test func handlesAreReused() throws {
    let runner = try GuestRunner("many_handles", maximumHandles: 100)
    #expect(try runner.value("open-and-drop", [.integer(100)]) == .integer(100))
    #expect(runner.guest.handles.count == 0)
  }
}
