import Glibc
import Testing
import WippyTestKit

@testable import WippyProcess

@Suite struct ThreadTests {
  @Test func itRunsItsBodyAndIsJoined() throws {
    let heard = Recorder<Int>()
    let thread = try Thread(name: "a name that is longer than fifteen bytes") { heard.record(1) }
    thread.join()
    #expect(heard.events == [1])
  }

  @Test func aThreadThatTheSystemDoesNotGiveIsAnError() {
    final class Witness: Sendable {}
    weak var witness: Witness?
    do {
      let strong = Witness()
      witness = strong
      // No address space has room for this stack.
      #expect(throws: ProcessError.self) {
        _ = try Thread(name: "huge", stackSize: 1 << 50) { withExtendedLifetime(strong) {} }
      }
    }
    #expect(witness == nil)
  }

  @Test func signalsAreTheMainThreadsButFaultsAreItsOwn() throws {
    let heard = Recorder<Bool>()
    let thread = try Thread(name: "signals") {
      var mask = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &mask)
      heard.record(sigismember(&mask, SIGINT) == 1)
      heard.record(sigismember(&mask, SIGSEGV) == 0)
    }
    thread.join()
    #expect(heard.events == [true, true])
  }

  @Test func messagesNameTheSystemsReason() {
    let error = ProcessError.reactorUnavailable(call: "epoll_create1", errno: EMFILE)
    #expect(error.description.contains("epoll_create1 failed: Too many open files"))
    #expect(error.description.contains("ulimit -n"))
  }
}
