import WippyComponent
import WippyCore

extension HostCall {
  /// The descriptor whose method is called.
  var fileDescriptor: FileDescriptor {
    get throws(HostFault) { try resource(0, as: FileDescriptor.self) }
  }

  /// A path, whose address and length are at `index` and after it.
  func path(_ index: Int) throws(HostFault) -> Result<GuestPath, FileError> {
    guard let text = try string(index, limit: UInt32(GuestPath.longest)) else { return .failure(.nameTooLong) }
    return Result { () throws(FileError) in try GuestPath(text) }
  }

  /// `path-flags`: whether a symbolic link at the end is followed.
  func followsLink(_ index: Int) throws(HostFault) -> Bool {
    // Bits that the type does not have are ignored, as the canonical ABI says of flags.
    u32(index) & 1 == 1
  }

  /// `new-timestamp`, which begins at `index` and takes three places.
  func newTime(_ index: Int) throws(HostFault) -> Result<NewFileTime, FileError> {
    switch u32(index) {
    case 0: return .success(.unchanged)
    case 1: return .success(.now)
    case 2:
      guard let seconds = Int64(exactly: u64(index + 1)) else { return .failure(.overflow) }
      let nanoseconds = u32(index + 2)
      guard nanoseconds < 1_000_000_000 else { return .failure(.invalid) }
      return .success(.time(FileTime(seconds: seconds, nanoseconds: nanoseconds)))
    case let other: throw .trap("\(other) is no case of new-timestamp")
    }
  }

  // MARK: Results
  // `result<T, error-code>` in memory: the result's case, then at the payload's offset T or the error.

  func store(_ error: FileError, payload: UInt32, at address: UInt32) throws(HostFault) {
    try store(UInt8(1), at: address)
    try store(error.rawValue, at: address &+ payload)
  }

  /// `result<_, error-code>`
  func reply(_ result: Result<Void, FileError>, at address: UInt32) throws(HostFault) -> HostReply {
    switch result {
    case .success: try store(UInt8(0), at: address)
    case .failure(let error): try store(error, payload: 1, at: address)
    }
    return .done
  }

  /// `result<own<...>, error-code>`, with an object that `make` makes.
  func reply<Output>(
    _ result: Result<Output, FileError>, at address: UInt32, _ make: (Output) -> any HostResource
  ) throws(HostFault) -> HostReply {
    switch result {
    case .success(let output):
      let handle = try handle(of: make(output))
      try store(UInt8(0), at: address)
      try store(handle, at: address &+ 4)
    case .failure(let error): try store(error, payload: 4, at: address)
    }
    return .done
  }

  /// `result<filesize, error-code>`
  func reply(_ result: Result<Int, FileError>, at address: UInt32) throws(HostFault) -> HostReply {
    switch result {
    case .success(let count): try storeSuccess(UInt64(count), at: address)
    case .failure(let error): try store(error, payload: 8, at: address)
    }
    return .done
  }

  /// `result<descriptor-stat, error-code>`
  func reply(_ result: Result<FileStatus, FileError>, at address: UInt32) throws(HostFault) -> HostReply {
    switch result {
    case .success(let status):
      try store(UInt8(0), at: address)
      let place = address &+ 8
      try store(status.type.rawValue, at: place)
      try store(status.linkCount, at: place &+ 8)
      try store(status.size, at: place &+ 16)
      try store(status.accessed, at: place &+ 24)
      try store(status.modified, at: place &+ 48)
      try store(status.changed, at: place &+ 72)
    case .failure(let error): try store(error, payload: 8, at: address)
    }
    return .done
  }

  /// `option<datetime>`: a time before 1970 has no form there.
  private func store(_ time: FileTime, at address: UInt32) throws(HostFault) {
    guard time.seconds >= 0 else { return try store(UInt8(0), at: address) }
    try store(UInt8(1), at: address)
    try store(UInt64(time.seconds), at: address &+ 8)
    try store(time.nanoseconds, at: address &+ 16)
  }

  /// `result<metadata-hash-value, error-code>`
  func replyHash(_ result: Result<FileStatus, FileError>, at address: UInt32) throws(HostFault) -> HostReply {
    switch result {
    case .success(let status):
      let hash = status.metadataHash
      try storeSuccess(hash.lower, at: address)
      try store(hash.upper, at: address &+ 16)
    case .failure(let error): try store(error, payload: 8, at: address)
    }
    return .done
  }

  /// The same as a value.
  func value(_ result: Result<Value, FileError>) -> HostReply {
    switch result {
    case .success(let value): .value(.table([.init("ok", value)]))
    case .failure(let error): .value(.table([.init("err", .string(error.name))]))
    }
  }
}
