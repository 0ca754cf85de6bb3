import Foundation

/// A child process with pipes at its standard streams.
final class RunningCommand: @unchecked Sendable {
  // @unchecked: what threads share is under `condition`.

  struct SpawnFailure: Error {
    let path: String
    let error: Int32
  }

  private static let spawning = NSLock()

  let pid: pid_t
  private var input: Int32
  private let condition = NSCondition()
  private var output = Data()
  private var error = Data()
  private var openStreams = 2
  private var timedOut = false
  private var hasEnded = false

  init(_ path: String, _ arguments: [String], directory: String, environment: [String: String]) throws {
    // Other tests spawn at the same time: nothing may leak into their children, or no stream would end.
    RunningCommand.spawning.lock()
    defer { RunningCommand.spawning.unlock() }
    var ends: [[Int32]] = []
    for _ in 0..<3 {
      var pair: [Int32] = [-1, -1]
      guard pipe(&pair) == 0 else { throw SpawnFailure(path: "pipe", error: errno) }
      for descriptor in pair { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      ends.append(pair)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0][0], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1][1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[2][1], 2)
    // The shell changes the directory, and becomes the command.
    let words = ["sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", directory, path] + arguments
    var variables = ["PATH": "/usr/bin:/bin", "HOME": directory, "NO_COLOR": "1"]
    variables.merge(environment) { $1 }
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    // A group of its own, so that all of it can be killed; and no signals blocked, as this thread's may be.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var child: pid_t = 0
    let failure = posix_spawn(&child, "/bin/sh", &actions, &attributes, &argv, &envp)
    for descriptor in [ends[0][0], ends[1][1], ends[2][1]] { close(descriptor) }
    guard failure == 0 else {
      for descriptor in [ends[0][1], ends[1][0], ends[2][0]] { close(descriptor) }
      throw SpawnFailure(path: path, error: failure)
    }
    pid = child
    input = ends[0][1]
    read(ends[1][0]) { $0.output.append($1) }
    read(ends[2][0]) { $0.error.append($1) }
  }

  /// Writes to the command's stdin.
  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(input, $0.baseAddress.map { $0 + offset }, $0.count - offset)
      }
      guard count > 0 else { return }
      offset += count
    }
  }

  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  func signal(_ number: Int32) {
    kill(pid, number)
  }

  /// Waits until the command has taken a signal that it blocks; `false` when it has ended.
  func waitUntilTaken(_ number: Int32) -> Bool {
    while let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) {
      guard let digits = status.firstMatch(of: /ShdPnd:\s*([0-9a-f]+)/)?.1, let pending = UInt64(digits, radix: 16)
      else {
        return false
      }
      if pending & 1 << UInt64(number - 1) == 0 { return true }
      sched_yield()
    }
    return false
  }

  /// Waits until stdout holds `text`; `false` when the streams ended without it, or after a minute.
  func waitForOutput(_ text: String) -> Bool { wait(for: text, in: \.output) }

  /// The same with stderr.
  func waitForError(_ text: String) -> Bool { wait(for: text, in: \.error) }

  private func wait(for text: String, in stream: KeyPath<RunningCommand, Data>) -> Bool {
    let deadline = Date(timeIntervalSinceNow: 60)
    condition.lock()
    defer { condition.unlock() }
    while !String(decoding: self[keyPath: stream], as: UTF8.self).contains(text) {
      guard openStreams > 0, condition.wait(until: deadline) else { return false }
    }
    return true
  }

  /// Waits for the end, and kills the command when that takes longer than `timeout` seconds.
  func result(timeout: Double = 60) -> CommandResult {
    let watchdog = DispatchWorkItem { [self] in
      condition.lock()
      if !hasEnded {
        timedOut = true
        kill(-pid, SIGKILL)
      }
      condition.unlock()
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + timeout, execute: watchdog)
    // Without reaping, so that the number stays this child's until nobody signals it any more.
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    condition.lock()
    hasEnded = true
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    while openStreams > 0 { condition.wait() }
    defer { condition.unlock() }
    watchdog.cancel()
    closeInput()
    let number = status & 0x7f
    return CommandResult(
      code: number == 0 ? (status >> 8) & 0xff : 1000 + number,
      output: String(decoding: output, as: UTF8.self),
      error: String(decoding: error, as: UTF8.self), timedOut: timedOut)
  }

  private func read(_ descriptor: Int32, _ append: @escaping @Sendable (RunningCommand, Data) -> Void) {
    Thread.detachNewThread { [self] in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        condition.lock()
        append(self, Data(buffer[..<count]))
        condition.broadcast()
        condition.unlock()
      }
      close(descriptor)
      condition.lock()
      openStreams -= 1
      condition.broadcast()
      condition.unlock()
    }
  }
}
