import WippyComponent
import WippyCore
import WippyEngine

/// The functions of `wasi_snapshot_preview1`, on the same semantics as those of 0.2.
enum Preview1 {
  static let module = "wasi_snapshot_preview1"

  /// One function: its type, and what makes it for an entry.
  struct Function: Sendable {
    let type: CoreFunctionType
    let make: @Sendable (Scope) -> HostFunction

    init(_ parameters: [CoreValueType], _ make: @escaping @Sendable (Scope) -> HostFunction) {
      type = CoreFunctionType(parameters: parameters, results: [.i32])
      self.make = make
    }

    init(type: CoreFunctionType, _ make: @escaping @Sendable (Scope) -> HostFunction) {
      self.type = type
      self.make = make
    }
  }

  /// What a function may do for one entry.
  struct Scope: Sendable {
    let name: String
    let provider: WASIProvider

    /// Whether the 0.2 counterpart, or preview 1 as a whole, is granted.
    func grants(_ interface: String) -> Bool {
      provider.grants.has(interface) || provider.grants.has(Preview1.module)
    }

    /// Why the process ends when it calls what it was not granted.
    func denied(_ interface: String) -> HostFault {
      .exit(
        .capability(
          DeniedCapability(
            interface: Preview1.module, function: name, entry: provider.denial.entry,
            group: provider.grants.groups[interface])))
    }

    /// `function` where the interface is granted, else the end of the process.
    func granted(_ interface: String, _ function: HostFunction) -> HostFunction {
      grants(interface) ? function : provider.denial.function(Preview1.module, name, key: interface)
    }

    /// The guest's descriptors. What is not granted is not among them.
    func descriptors(_ state: WASIState) -> Preview1Descriptors {
      state.preview1Descriptors {
        Preview1Descriptors(
          mounts: grants("wasi:filesystem/preopens") ? state.environment.mounts : [],
          sockets: grants("wasi:sockets/tcp") ? state.environment.sockets : [])
      }
    }
  }

  static let functions: [String: Function] =
    environmentFunctions
    .merging(descriptorFunctions) { first, _ in first }
    .merging(transferFunctions) { first, _ in first }
    .merging(fileFunctions) { first, _ in first }
    .merging(pathFunctions) { first, _ in first }
    .merging(socketFunctions) { first, _ in first }
    .merging(clockFunctions) { first, _ in first }
    .merging(pollFunctions) { first, _ in first }

  // MARK: Kinds of functions

  /// An immediate function that returns an error number.
  static func immediate(
    _ body: @escaping @Sendable (borrowing HostCall) throws(HostFault) -> Errno
  ) -> HostFunction {
    .immediate { call throws(HostFault) in
      let errno = try body(call)
      call.return(u32: UInt32(errno.rawValue))
    }
  }

  /// An immediate function that ends with an error number by throwing it.
  static func quick(
    _ body: @escaping @Sendable (borrowing HostCall) throws(CallFailure) -> Void
  ) -> HostFunction {
    .immediate { call throws(HostFault) in
      do throws(CallFailure) {
        try body(call)
        call.return(u32: 0)
      } catch {
        call.return(u32: UInt32(try error.errno.rawValue))
      }
    }
  }

  /// The same for a function that may park the process.
  static func resumable(
    _ body: @escaping @Sendable (borrowing HostCall) throws(CallFailure) -> HostReply
  ) -> HostFunction {
    .resumable { call throws(HostFault) in
      do throws(CallFailure) {
        return try body(call)
      } catch {
        return reply(try error.errno)
      }
    }
  }

  static func reply(_ errno: Errno) -> HostReply { .flat(UInt64(errno.rawValue)) }

  /// The reply to a call that has nothing to return but its error.
  static func reply(_ result: Result<Void, FileError>) -> HostReply {
    switch result {
    case .success: reply(.success)
    case .failure(let error): reply(Errno(error))
    }
  }
}
