import WippyComponent
import WippyCore

/// `wasi:filesystem`.
enum FilesystemFunctions {
  static let preopens: InterfaceTable.Functions = [
    "get-directories": InterfaceFunction(
      .takes(.i32),
      .resumable { call throws(HostFault) in
        var items: [Value] = []
        for mount in try call.state.environment.mounts {
          let descriptor = try call.own(FileDescriptor(preopened: mount.directory))
          items.append(.array([descriptor, .string(mount.guestPath)]))
        }
        return .value(.array(items))
      },
      ungranted: .resumable { _ throws(HostFault) in .value(.array([])) })
  ]

  static let types: InterfaceTable.Functions =
    errors
    .merging(streams) { first, _ in first }
    .merging(contents) { first, _ in first }
    .merging(attributes) { first, _ in first }
    .merging(paths) { first, _ in first }
    .merging(listings) { first, _ in first }

  private static let errors: InterfaceTable.Functions = [
    // It asks about an error that the guest has.
    "filesystem-error-code": .always(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let error = try call.resource(0, as: StreamError.self)
        let address = call.u32(1)
        let code = FileError(name: error.text)
        try call.store(UInt8(code == nil ? 0 : 1), at: address)
        if let code { try call.store(code.rawValue, at: address &+ 1) }
      })
  ]
}
