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

    /// A function that is there in a later version.
    func later(_ interface: String) -> HostFunction {
      granted(interface, provider.denial.function(Preview1.module, name, key: nil, note: Denial.later))
    }
  }

  static let functions: [String: Function] = environmentFunctions
    .merging(descriptorFunctions) { first, _ in first }
    .merging(clockFunctions) { first, _ in first }
    .merging(laterFunctions) { first, _ in first }

  /// An immediate function that returns an error number.
  static func immediate(
    _ body: @escaping @Sendable (borrowing HostCall) throws(HostFault) -> Errno
  ) -> HostFunction {
    .immediate { call throws(HostFault) in
      let errno = try body(call)
      call.return(u32: UInt32(errno.rawValue))
    }
  }

  /// What moves files and sockets, which come later. All return an error number.
  private static let laterFunctions: [String: Function] = {
    let filesystem: [String: [CoreValueType]] = [
      "path_create_directory": [.i32, .i32, .i32],
      "path_filestat_get": [.i32, .i32, .i32, .i32, .i32],
      "path_filestat_set_times": [.i32, .i32, .i32, .i32, .i64, .i64, .i32],
      "path_link": [.i32, .i32, .i32, .i32, .i32, .i32, .i32],
      "path_open": [.i32, .i32, .i32, .i32, .i32, .i64, .i64, .i32, .i32],
      "path_readlink": [.i32, .i32, .i32, .i32, .i32, .i32],
      "path_remove_directory": [.i32, .i32, .i32],
      "path_rename": [.i32, .i32, .i32, .i32, .i32, .i32],
      "path_symlink": [.i32, .i32, .i32, .i32, .i32],
      "path_unlink_file": [.i32, .i32, .i32],
    ]
    let sockets: [String: [CoreValueType]] = [
      "sock_accept": [.i32, .i32, .i32],
      "sock_recv": [.i32, .i32, .i32, .i32, .i32, .i32],
      "sock_send": [.i32, .i32, .i32, .i32, .i32],
      "sock_shutdown": [.i32, .i32],
    ]
    return filesystem.mapValues { Function($0) { $0.later("wasi:filesystem/types") } }
      .merging(sockets.mapValues { Function($0) { $0.later("wasi:sockets/tcp") } }) { first, _ in first }
  }()
}
