import WippyComponent
import WippyCore

extension Preview1 {
  /// Arguments, variables, exit.
  static let environmentFunctions: [String: Function] = [
    "args_get": Function([.i32, .i32]) { scope in
      list { environment in scope.grants("wasi:cli/environment") ? environment.arguments : [] }
    },
    "args_sizes_get": Function([.i32, .i32]) { scope in
      sizes { environment in scope.grants("wasi:cli/environment") ? environment.arguments : [] }
    },
    "environ_get": Function([.i32, .i32]) { scope in
      variables(scope.grants("wasi:cli/environment"), sizesOnly: false)
    },
    "environ_sizes_get": Function([.i32, .i32]) { scope in
      variables(scope.grants("wasi:cli/environment"), sizesOnly: true)
    },
    "proc_exit": Function(type: .takes(.i32)) { _ in
      .immediate { call throws(HostFault) in
        let code = Int32(bitPattern: call.u32(0))
        throw .exit(code == 0 ? .normal(nil) : .exitCode(code))
      }
    },
    "proc_raise": Function([.i32]) { _ in immediate { _ throws(HostFault) in .notSupported } },
    "sched_yield": Function([]) { _ in immediate { _ throws(HostFault) in .success } },
    "random_get": Function([.i32, .i32]) { scope in
      scope.granted(
        "wasi:random/random",
        .resumable { call throws(HostFault) in
          let address = call.u32(0)
          let count = call.u32(1)
          // All of it has to be there before any is written.
          if count > randomChunk { _ = try call.bytes(at: address, count: count) }
          return try fillRandomly(address, count, call)
        })
    },
  ]

  /// Bytes of randomness between two looks at the slice.
  private static let randomChunk: UInt32 = 1 << 20

  private static func fillRandomly(
    _ address: UInt32, _ count: UInt32, _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    let state = try call.state
    let chunk = min(count, randomChunk)
    state.random.fill(try call.bytes(at: address, count: chunk))
    guard chunk < count else { return .flat(UInt64(Errno.success.rawValue)) }
    // Complete already: on the way back the guest passes a point where it can be preempted.
    return .wait(state.wait(for: [.ready])) { call throws(HostFault) in
      try fillRandomly(address &+ chunk, count - chunk, call)
    }
  }

  private static func variables(_ granted: Bool, sizesOnly: Bool) -> HostFunction {
    let texts: @Sendable (GuestEnvironment) -> [String] = { environment in
      granted ? environment.variables.map { "\($0.name)=\($0.value)" } : []
    }
    return sizesOnly
      ? immediate { call throws(HostFault) in try storeSizes(texts(try call.state.environment), call) }
      : immediate { call throws(HostFault) in try storeList(texts(try call.state.environment), call) }
  }

  /// The arguments after the program's name, which is always there.
  private static func list(_ arguments: @escaping @Sendable (GuestEnvironment) -> [String]) -> HostFunction {
    immediate { call throws(HostFault) in
      let environment = try call.state.environment
      return try storeList([environment.programName] + arguments(environment), call)
    }
  }

  private static func sizes(_ arguments: @escaping @Sendable (GuestEnvironment) -> [String]) -> HostFunction {
    immediate { call throws(HostFault) in
      let environment = try call.state.environment
      return try storeSizes([environment.programName] + arguments(environment), call)
    }
  }

  private static func storeSizes(_ texts: [String], _ call: borrowing HostCall) throws(HostFault) -> Errno {
    let bytes = texts.reduce(0) { $0 + $1.utf8.count + 1 }
    try call.store(UInt32(truncatingIfNeeded: texts.count), at: call.u32(0))
    try call.store(UInt32(truncatingIfNeeded: bytes), at: call.u32(1))
    return .success
  }

  /// Pointers to the first address, null-terminated texts to the second.
  private static func storeList(_ texts: [String], _ call: borrowing HostCall) throws(HostFault) -> Errno {
    var pointer = call.u32(0)
    var place = call.u32(1)
    for text in texts {
      try call.store(place, at: pointer)
      let bytes = Array(text.utf8) + [0]
      try call.bytes(at: place, count: UInt32(bytes.count)).copyBytes(from: bytes)
      // The addresses were inside of the memory, so that these overflow at its very end only.
      pointer = pointer &+ 4
      place = place &+ UInt32(bytes.count)
    }
    return .success
  }
}
