import WippyComponent
import WippyCore

/// `wasi:io/error` and `wasi:io/poll`. They need no grant: they work on handles that the guest got from what is granted.
enum IOFunctions {
  /// What one `poll` may wait for.
  static let largestPoll = 65_536

  static let streams = inputStream.merging(outputStream) { first, _ in first }

  static let error: InterfaceTable.Functions = [
    "[method]error.to-debug-string": .always(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in .value(.string(try call.resource(0, as: StreamError.self).text)) })
  ]

  static let poll: InterfaceTable.Functions = [
    "[method]pollable.ready": .always(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        let pollable = try call.resource(0, as: Pollable.self)
        var check = ReadinessCheck(try call.state.reactor)
        call.return(u32: check.isReady(pollable.condition) ? 1 : 0)
      }),
    "[method]pollable.block": .always(
      .takes(.i32),
      .resumable { call throws(HostFault) in
        let state = try call.state
        let condition = try call.resource(0, as: Pollable.self).condition
        var check = ReadinessCheck(state.reactor)
        if check.isReady(condition) { return .done }
        return .wait(state.wait(for: [condition])) { _ throws(HostFault) in .done }
      }),
    "poll": .always(.takes(.i32, .i32, .i32), .resumable(poll(_:))),
  ]

  @Sendable private static func poll(_ call: borrowing HostCall) throws(HostFault) -> HostReply {
    let address = call.u32(0)
    let count = call.u32(1)
    guard count > 0 else { throw .trap("poll was given no pollables") }
    guard count <= largestPoll else { throw .trap("poll was given \(count) pollables: at most \(largestPoll)") }
    let state = try call.state
    let handles = try call.bytes(at: address, count: count * 4, alignment: 4)
    var conditions: [WaitCondition] = []
    conditions.reserveCapacity(Int(count))
    for index in 0..<Int(count) {
      let handle = UInt32(littleEndian: handles.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
      conditions.append(try call.object(ofHandle: handle, as: Pollable.self).condition)
    }
    if let reply = ready(conditions, state.reactor) { return reply }
    return wait(for: conditions, state)
  }

  private static func wait(for conditions: [WaitCondition], _ state: WASIState) -> HostReply {
    .wait(state.wait(for: conditions)) { _ throws(HostFault) in
      ready(conditions, state.reactor) ?? wait(for: conditions, state)
    }
  }

  /// The places of the conditions that hold; `nil` when none does.
  private static func ready(_ conditions: [WaitCondition], _ reactor: any Reactor) -> HostReply? {
    var check = ReadinessCheck(reactor)
    let indexes = check.ready(among: conditions)
    return indexes.isEmpty ? nil : .value(.array(indexes.map { .integer(Int64($0)) }))
  }
}
