import Testing
import WippyRuntime

/// Guests over each limit, and guests that nothing but a kill ends.
@Suite struct LimitTests {
  @Test func cpuTime() async throws {
    let project = try GuestProject(
      [.init(name: "spin", guest: "spin", method: "spin", more: "limits: {max_cpu_ms: 200}")])
    guard case .cpu(let limit) = try await project.run("spin") else {
      Issue.record("no limit of CPU time")
      return
    }
    #expect(limit.limit == "max_cpu_ms")
    #expect(limit.allowed == 200)
  }

  @Test func deadlineOfAComputingGuest() async throws {
    let project = try GuestProject([
      .init(name: "spin", guest: "spin", method: "spin", more: "limits: {max_execution_ms: 200}")
    ])
    #expect(try await project.run("spin").kind == .deadline)
  }

  /// A start function and `realloc` run during Init: its errors are the spawn's.
  @Test(arguments: [("spin_start", "run", []), ("spin_realloc", "measure", ["\"x\""])] as [(String, String, [String])])
  func deadlineDuringInit(_ guest: String, _ method: String, _ arguments: [String]) async throws {
    let project = try GuestProject([
      .init(name: "it", guest: guest, method: method, more: "limits: {max_execution_ms: 30}")
    ])
    do {
      let reason = try await project.value("it", arguments)
      Issue.record("it started: \(reason)")
    } catch let RuntimeError.start(reason) {
      #expect(reason.kind == .deadline)
    }
    #expect(project.runtime.processes().isEmpty)
  }

  @Test func deadlineInPostReturn() async throws {
    let project = try GuestProject([
      .init(name: "it", guest: "spin_post_return", method: "answer", more: "limits: {max_execution_ms: 200}")
    ])
    #expect(try await project.run("it").kind == .deadline)
  }

  @Test func memory() async throws {
    let project = try GuestProject([
      .init(name: "eater", guest: "memory_eater", method: "eat", more: "limits: {max_memory: 8MiB}"),
      .init(name: "pages", guest: "memory_eater", method: "pages", more: "limits: {max_memory: 8MiB}"),
    ])
    guard case .memory(let limit, let trap) = try await project.run("eater") else {
      Issue.record("no limit of memory")
      return
    }
    #expect(limit.allowed == 8 << 20)
    #expect(trap?.message == "unreachable")
    // The other one takes the refusal of `memory.grow` for an answer.
    #expect(try await project.run("pages") == .normal(.integer(128)))
  }

  @Test func initialMemory() async throws {
    let project = try GuestProject([
      .init(name: "big", guest: "big_memory", method: "size", more: "limits: {max_memory: 1MiB}"),
      .init(name: "fits", guest: "big_memory", method: "size", more: "limits: {max_memory: 16MiB}"),
    ])
    do {
      _ = try await project.run("big")
      Issue.record("a memory of 16 MiB began within 1 MiB")
    } catch let RuntimeError.entry(message) {
      #expect(message.contains("max_memory"))
      #expect(message.contains("guests:big"))
    }
    #expect(try await project.run("fits") == .normal(.integer(256)))
  }

  @Test func resources() async throws {
    let project = try GuestProject([
      .init(
        name: "handles", guest: "many_handles", method: "open-forever",
        more: "limits: {max_resources: 100}\nimports: [wasi:clocks, wasi:io]")
    ])
    guard case .resource(let limit) = try await project.run("handles") else {
      Issue.record("no limit of handles")
      return
    }
    #expect(limit.limit == "max_resources")
    #expect(limit.allowed == 100)
  }

  @Test func terminateAComputingGuest() async throws {
    let project = try GuestProject([.init(name: "spin", guest: "spin", method: "spin")])
    let process = try await project.runtime.spawn(GuestProject.id("spin"))
    #expect(project.runtime.processes().map(\.pid) == [process.pid])
    #expect(project.runtime.terminate(process.pid))
    #expect(await process.exitReason() == .killed)
    #expect(project.runtime.processes().isEmpty)
    #expect(!project.runtime.terminate(process.pid))
  }

  @Test func terminateAWaitingGuest() async throws {
    let project = try GuestProject([
      .init(name: "sleeper", guest: "sleeper", method: "sleep-ms", more: "imports: [wasi:clocks, wasi:io]")
    ])
    let process = try await project.runtime.spawn(GuestProject.id("sleeper"), arguments: [.integer(3_600_000)])
    #expect(project.runtime.terminate(process.pid))
    #expect(await process.exitReason() == .killed)
  }

  @Test func cancelEndsAGuestThatDoesNotListen() async throws {
    let project = try GuestProject([.init(name: "spin", guest: "spin", method: "spin")])
    let process = try await project.runtime.spawn(GuestProject.id("spin"))
    #expect(project.runtime.cancel(process.pid, reason: "enough"))
    #expect(await process.exitReason() == .cancelled(reason: "enough"))
  }

  @Test func endlessLoopsDoNotStopTheOthers() async throws {
    let project = try GuestProject(
      [
        .init(name: "spin", guest: "spin", method: "spin"),
        .init(name: "compute", guest: "compute", method: "compute"),
      ], workers: 1)
    var loops: [RunningProcess] = []
    for _ in 0..<3 { loops.append(try await project.runtime.spawn(GuestProject.id("spin"))) }
    for number in 0..<20 {
      #expect(try await project.run("compute", "\(number)", "2") == .normal(.integer(Int64(number * 2))))
    }
    let report = await project.runtime.shutdown()
    #expect(report.killed.isEmpty)
    for loop in loops { #expect(await loop.exitReason().kind == .cancelled) }
  }

  @Test func shutdownEndsEverything() async throws {
    let project = try GuestProject([
      .init(name: "sleeper", guest: "sleeper", method: "sleep-ms", more: "imports: [wasi:clocks, wasi:io]")
    ])
    let process = try await project.runtime.spawn(GuestProject.id("sleeper"), arguments: [.integer(3_600_000)])
    #expect(await project.runtime.shutdown().killed.isEmpty)
    #expect(await process.exitReason().kind == .cancelled)
    await #expect(throws: RuntimeError.self) {
      _ = try await project.runtime.spawn(GuestProject.id("sleeper"), arguments: [.integer(1)])
    }
  }
}
