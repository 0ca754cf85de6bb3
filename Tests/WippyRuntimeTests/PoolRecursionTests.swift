import Testing
import WippyCore

@testable import WippyRuntime

/// Functions that call each other in a circle.
@Suite struct PoolRecursionTests {
  /// `ping` calls `pong`, which calls `ping`: so often as it is told.
  private static func project(_ pool: String) throws -> GuestProject {
    func function(_ name: String, _ other: String, _ pool: String) -> String {
      """
        - name: \(name)
          kind: function.lua
          method: main
          modules: [funcs]
          \(pool.isEmpty ? "" : "pool: \(pool)")
          source: |
            local funcs = require("funcs")
            function main(depth)
              if depth == 0 then return "bottom" end
              local value, err = funcs.call("guests:\(other)", depth - 1)
              if err then return "\(name) " .. depth .. ": " .. err:kind() .. " " .. tostring(err:retryable()) .. " " .. err:message() end
              return value
            end

      """
    }
    return try GuestProject([], hosts: "\n" + function("ping", "pong", pool) + function("pong", "ping", ""))
  }

  private static func call(_ project: GuestProject, _ depth: Int64) async throws -> Result<ExitReason, RequestFailure> {
    try project.runtime.startThreads()
    return await withCheckedContinuation { continuation in
      project.runtime.scheduler.call(
        CallRequest(entry: GuestProject.id("ping"), arguments: [.integer(depth)], caller: nil)
      ) { continuation.resume(returning: $0) }
    }
  }

  @Test(arguments: [
    ("{type: static, workers: 1}", 4), ("{type: lazy, max_size: 2}", 6),
    ("{type: adaptive, min_size: 1, max_size: 2}", 6),
  ])
  func aCallThatWouldWaitForItselfIsRefused(_ pool: String, _ depth: Int64) async throws {
    let project = try Self.project(pool)
    let places = pool.contains("2") ? 2 : 1
    // The last `pong` has `depth` minus what was called before it.
    let left = depth - Int64(places) * 2 + 1
    let result = try await Self.call(project, depth)
    #expect(
      result
        == .success(
          .normal(
            .string(
              "pong \(left): UNAVAILABLE false the call to guests:ping would wait for itself: its callers hold all "
                + "\(places) places of its pool"))), "\(result)")
    let counts = try #require(project.runtime.pool(of: GuestProject.id("ping"))).counts
    #expect(counts.refused == 1)
    // And the pool is as good as before.
    #expect(try await Self.call(project, 1) == .success(.normal(.string("bottom"))))
    await project.runtime.shutdown()
  }

  @Test func aCircleThatFitsIsNone() async throws {
    let project = try Self.project("{type: static, workers: 3}")
    #expect(try await Self.call(project, 5) == .success(.normal(.string("bottom"))))
    await project.runtime.shutdown()
  }
}
