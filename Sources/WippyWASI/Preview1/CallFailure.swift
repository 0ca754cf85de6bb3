import WippyComponent

/// Why a function of preview 1 does not do what it was asked to.
enum CallFailure: Error {
  /// It returns this number.
  case errno(Errno)
  /// It does not return.
  case fault(HostFault)

  /// The number to return.
  var errno: Errno {
    get throws(HostFault) {
      switch self {
      case .errno(let errno): return errno
      case .fault(let fault): throw fault
      }
    }
  }
}

extension HostCall {
  // What preview 1 does with arguments and memory, with its own failure.

  var wasi: WASIState {
    get throws(CallFailure) { do throws(HostFault) { return try state } catch { throw .fault(error) } }
  }

  /// Bytes of the guest, until it runs again.
  func slice(
    _ address: UInt32, _ count: UInt32, alignment: UInt32 = 1
  ) throws(CallFailure) -> UnsafeMutableRawBufferPointer {
    do throws(HostFault) {
      return try bytes(at: address, count: count, alignment: alignment)
    } catch {
      throw .fault(error)
    }
  }

  func put<Number: FixedWidthInteger>(_ value: Number, at address: UInt32) throws(CallFailure) {
    do throws(HostFault) { try store(value, at: address) } catch { throw .fault(error) }
  }

  func get<Number: FixedWidthInteger>(_ address: UInt32, as type: Number.Type) throws(CallFailure) -> Number {
    do throws(HostFault) { return try load(address, as: type) } catch { throw .fault(error) }
  }

  /// The descriptor whose number is argument `index`, with these rights.
  func descriptor(
    _ index: Int, _ rights: Rights, _ scope: Preview1.Scope
  ) throws(CallFailure) -> Preview1Descriptor {
    let table = scope.descriptors(try wasi)
    do throws(Errno) { return try table.descriptor(u32(index), rights) } catch { throw .errno(error) }
  }

  func descriptor(_ index: Int, _ scope: Preview1.Scope) throws(CallFailure) -> Preview1Descriptor {
    try descriptor(index, [], scope)
  }

  /// A text, whose address and length are at `index` and after it.
  func text(_ index: Int) throws(CallFailure) -> String {
    let bytes = try slice(u32(index), u32(index + 1))
    guard bytes.count <= GuestPath.longest else { throw .errno(.nameTooLong) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .errno(.illegalByteSequence) }
    return text
  }

  func guestPath(_ index: Int) throws(CallFailure) -> GuestPath {
    let text = try text(index)
    do throws(FileError) { return try GuestPath(text) } catch { throw .errno(Errno(error)) }
  }

  /// The buffers that the arguments `index` and the one after it tell of.
  func vector(_ index: Int) throws(CallFailure) -> GuestVector {
    let count = u32(index + 1)
    guard count <= GuestVector.most else { throw .errno(.invalid) }
    return GuestVector(try slice(u32(index), count * 8, alignment: 4))
  }
}

extension Result where Failure == Errno {
  func orFail() throws(CallFailure) -> Success {
    switch self {
    case .success(let value): return value
    case .failure(let errno): throw .errno(errno)
    }
  }
}
