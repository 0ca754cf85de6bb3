import WippyComponent
import WippyCore

/// `wasi:random`. The insecure functions draw from the secure source too: nothing is gained by a second one.
enum RandomFunctions {
  /// One call gives at most this much: it is made on the host, in one go.
  static let largestRequest: UInt64 = 4 << 20

  static let random: InterfaceTable.Functions = ["get-random-bytes": bytes, "get-random-u64": number]
  static let insecure: InterfaceTable.Functions = [
    "get-insecure-random-bytes": bytes, "get-insecure-random-u64": number,
  ]
  static let insecureSeed: InterfaceTable.Functions = [
    "insecure-seed": InterfaceFunction(
      .takes(.i32),
      .immediate { call throws(HostFault) in
        let address = call.u32(0)
        let state = try call.state
        try call.store(state.random.next(), at: address)
        try call.store(state.random.next(), at: address &+ 8)
      })
  ]

  private static let bytes = InterfaceFunction(
    .takes(.i64, .i32),
    .resumable { call throws(HostFault) in
      let count = call.u64(0)
      guard count <= largestRequest else {
        throw .trap("\(count) random bytes in one call: at most \(largestRequest) are given")
      }
      return .value(.bytes(try call.state.environment.randomness.bytes(Int(count))))
    })

  private static let number = InterfaceFunction(
    .takes().returns(.i64),
    .immediate { call throws(HostFault) in call.return(u64: try call.state.random.next()) })
}
