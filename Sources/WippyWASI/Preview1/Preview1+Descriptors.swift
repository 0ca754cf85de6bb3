import WippyComponent
import WippyCore
import WippyEngine

extension Preview1 {
  /// `fd_*` that concern the descriptor itself.
  static let descriptorFunctions: [String: Function] = [
    "fd_close": Function([.i32]) { scope in
      quick { call throws(CallFailure) in
        let table = scope.descriptors(try call.wasi)
        let number = call.u32(0)
        try Result { () throws(Errno) in try table.remove(number) }.orFail()
      }
    },
    "fd_renumber": Function([.i32, .i32]) { scope in
      quick { call throws(CallFailure) in
        let table = scope.descriptors(try call.wasi)
        let (from, to) = (call.u32(0), call.u32(1))
        try Result { () throws(Errno) in try table.renumber(from, to: to) }.orFail()
      }
    },
    "fd_fdstat_get": Function([.i32, .i32]) { scope in
      quick { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, scope)
        let state = try call.wasi
        let place = call.u32(1)
        try call.slice(place, 24, alignment: 8).initializeMemory(as: UInt8.self, repeating: 0)
        try call.put(fileType(descriptor, scope, state), at: place)
        try call.put(descriptor.flags.rawValue, at: place &+ 2)
        try call.put(descriptor.rights.rawValue, at: place &+ 8)
        try call.put(descriptor.inheriting.rawValue, at: place &+ 16)
      }
    },
    "fd_fdstat_set_flags": Function([.i32, .i32]) { scope in
      quick { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, .setFlags, scope)
        guard let bits = UInt16(exactly: call.u32(1)) else { throw .errno(.invalid) }
        let flags = DescriptorFlags(rawValue: bits)
        guard flags.isSubset(of: .all) else { throw .errno(.invalid) }
        descriptor.flags = flags
      }
    },
    "fd_fdstat_set_rights": Function([.i32, .i64, .i64]) { scope in
      quick { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, scope)
        let base = Rights(rawValue: call.u64(1)).intersection(.all)
        let inheriting = Rights(rawValue: call.u64(2)).intersection(.all)
        guard base.isSubset(of: descriptor.rights), inheriting.isSubset(of: descriptor.inheriting) else {
          throw .errno(.notCapable)
        }
        descriptor.rights = base
        descriptor.inheriting = inheriting
      }
    },
    "fd_prestat_get": Function([.i32, .i32]) { scope in
      quick { call throws(CallFailure) in
        let name = try preopen(call, scope)
        try call.put(UInt32(0), at: call.u32(1))
        try call.put(UInt32(truncatingIfNeeded: name.utf8.count), at: call.u32(1) &+ 4)
      }
    },
    "fd_prestat_dir_name": Function([.i32, .i32, .i32]) { scope in
      quick { call throws(CallFailure) in
        let name = Array(try preopen(call, scope).utf8)
        guard call.u32(2) >= UInt32(truncatingIfNeeded: name.count) else { throw .errno(.nameTooLong) }
        try call.slice(call.u32(1), UInt32(truncatingIfNeeded: name.count)).copyBytes(from: name)
      }
    },
    "fd_tell": Function([.i32, .i32]) { scope in
      quick { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, scope)
        _ = try file(of: descriptor, .tell)
        try call.put(descriptor.position, at: call.u32(1))
      }
    },
    "fd_seek": Function([.i32, .i64, .i32, .i32]) { scope in
      resumable { call throws(CallFailure) in
        let descriptor = try call.descriptor(0, scope)
        let file = try file(of: descriptor, .seek)
        let distance = Int64(bitPattern: call.u64(1))
        let address = call.u32(3)
        switch call.u32(2) {
        case 0: return try move(descriptor, 0, distance, address, call)
        case 1: return try move(descriptor, descriptor.position, distance, address, call)
        case 2:
          return try fileCall(call, { effort throws(FileError) in try file.status(effort).size }) {
            call, size throws(CallFailure) in try move(descriptor, size, distance, address, call)
          }
        default: throw .errno(.invalid)
        }
      }
    },
  ]

  /// The file of a descriptor that has these rights. What has no position says so before its rights are looked at.
  static func file(of descriptor: Preview1Descriptor, _ rights: Rights) throws(CallFailure) -> RegularFile {
    let file = try Result { () throws(Errno) in try descriptor.file }.orFail()
    guard descriptor.rights.isSuperset(of: rights) else { throw .errno(.notCapable) }
    return file
  }

  private static func move(
    _ descriptor: Preview1Descriptor, _ origin: UInt64, _ distance: Int64, _ address: UInt32,
    _ call: borrowing HostCall
  ) throws(CallFailure) -> HostReply {
    guard let origin = Int64(exactly: origin) else { throw .errno(.overflow) }
    let (target, overflow) = origin.addingReportingOverflow(distance)
    guard !overflow, target >= 0 else { throw .errno(.invalid) }
    try call.put(UInt64(target), at: address)
    descriptor.position = UInt64(target)
    return reply(.success)
  }

  private static func preopen(_ call: borrowing HostCall, _ scope: Scope) throws(CallFailure) -> String {
    guard case .directory(_, let name?) = try call.descriptor(0, scope).object else { throw .errno(.badDescriptor) }
    return name
  }

  /// `filetype`; 2 is a character device, which libraries take for a terminal; 0 is unknown.
  static func fileType(_ descriptor: Preview1Descriptor, _ scope: Scope, _ state: WASIState) -> UInt8 {
    switch descriptor.object {
    case .file: return 4
    case .directory: return 3
    case .socket: return 6
    case .standard(let standard):
      guard scope.grants(standard.interface) else { return 0 }
      let streams = state.environment.standardStreams
      let isTerminal =
        switch standard {
        case .input: streams.input.isTerminal
        case .output: streams.output.isTerminal
        case .error: streams.error.isTerminal
        }
      return isTerminal ? 2 : 0
    }
  }

  // MARK: Standard streams

  static func outputStream(
    _ descriptor: Preview1Descriptor, _ standard: Preview1Descriptor.Standard, _ scope: Scope, _ state: WASIState
  ) -> OutputStream {
    if let stream = descriptor.output { return stream }
    let isGranted = scope.grants(standard.interface)
    let stream = standard == .error ? state.makeError(granted: isGranted) : state.makeOutput(granted: isGranted)
    descriptor.output = stream
    return stream
  }

  static func inputStream(_ descriptor: Preview1Descriptor, _ scope: Scope, _ state: WASIState) -> InputStream {
    if let stream = descriptor.input { return stream }
    let stream = state.makeInput(granted: scope.grants(Preview1Descriptor.Standard.input.interface))
    descriptor.input = stream
    return stream
  }

  // MARK: Files

  /// Does on the worker what can be done there, else on the pool; then goes on with the outcome.
  static func fileCall<Output: Sendable>(
    _ call: borrowing HostCall, _ work: @escaping @Sendable (Effort) throws(FileError) -> Output,
    then: @escaping (borrowing HostCall, Output) throws(CallFailure) -> HostReply
  ) throws(CallFailure) -> HostReply {
    let state = try call.wasi
    do throws(HostFault) {
      return try state.file(work, call) { call, result throws(HostFault) in try finish(call, result, then) }
    } catch {
      throw .fault(error)
    }
  }

  /// The same for what always waits for the disk.
  static func slowCall<Output: Sendable>(
    _ call: borrowing HostCall, _ work: @escaping @Sendable () throws(FileError) -> Output,
    then: @escaping (borrowing HostCall, Output) throws(CallFailure) -> HostReply
  ) throws(CallFailure) -> HostReply {
    try call.wasi.slowFile(work) { call, result throws(HostFault) in try finish(call, result, then) }
  }

  /// Something that changes a file and returns nothing.
  static func change(
    _ call: borrowing HostCall, _ work: @escaping @Sendable () throws(FileError) -> Void
  ) throws(CallFailure) -> HostReply {
    try call.wasi.slowFile(work) { _, result throws(HostFault) in reply(result) }
  }

  private static func finish<Output>(
    _ call: borrowing HostCall, _ result: Result<Output, FileError>,
    _ then: (borrowing HostCall, Output) throws(CallFailure) -> HostReply
  ) throws(HostFault) -> HostReply {
    switch result {
    case .failure(let error): return reply(Errno(error))
    case .success(let output):
      do throws(CallFailure) {
        return try then(call, output)
      } catch {
        return reply(try error.errno)
      }
    }
  }
}
