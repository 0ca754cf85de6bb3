import WippyComponent
import WippyCore

/// What there is of `wasi:filesystem`: the questions that libraries ask at start-up.
enum FilesystemFunctions {
  static let preopens: InterfaceTable.Functions = [
    "get-directories": .always(.takes(.i32), .resumable { _ throws(HostFault) in .value(.array([])) })
  ]

  static let types: InterfaceTable.Functions = [
    // No stream error comes from a file.
    "filesystem-error-code": .always(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        _ = try call.resource(0, as: StreamError.self)
        try call.store(UInt8(0), at: call.u32(1))
      })
  ]
}
