import WippyCore
import WippyTestKit

@testable import WippyProcess

/// Makes programs with a closure: every third one on the pool, as if it had to be compiled.
struct FakeFactory: ProcessFactory {
  let host: Host
  let reactor: VirtualReactor
  var limits = ProcessLimits(cancelGraceMilliseconds: 5, maxMailbox: 8)
  let make: @Sendable (SpawnRequest) -> any ProcessProgram
  private let count = Guarded(0)

  init(
    host: Host, reactor: VirtualReactor, _ make: @escaping @Sendable (SpawnRequest) -> any ProcessProgram
  ) {
    self.host = host
    self.reactor = reactor
    self.make = make
  }

  func prepare(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
  ) {
    if request.entry.name == "missing" {
      completion(.failure(RequestFailure("there is no entry \(request.entry)", kind: .notFound)))
      return
    }
    let number = count.change { count in
      count += 1
      return count
    }
    let work: @Sendable () -> Void = {
      completion(
        .success(PreparedProcess(program: make(request), entry: request.entry, host: host, limits: limits)))
    }
    if number % 3 == 0, reactor.runBlocking(work) { return }
    work()
  }
}
