import WippyEngine

extension CallAdapter {
  /// The bit that tells UTF-16 from Latin-1 in a length.
  private static let wideTag: UInt32 = 0x8000_0000

  private enum Form {
    case utf8, utf16, latin1

    /// Bytes of a code unit.
    var width: UInt32 { self == .utf16 ? 2 : 1 }
  }

  /// Copies a string, and returns where it is then and its length there.
  ///
  /// The calls of `realloc` are those of the specification: CanonicalABI.md, "Storing", `store_string`.
  mutating func moveString(pointer: Local, length: Local) -> (pointer: Local, length: Local) {
    let place = code.local(.i32)
    let newLength = code.local(.i32)
    switch source.plan.encoding {
    case .utf8: move(.utf8, pointer, length, place, newLength)
    case .utf16: move(.utf16, pointer, length, place, newLength)
    case .latin1OrUTF16:
      let units = code.local(.i32)
      code.get(length)
      code.constant(Self.wideTag)
      code.emit(.i32And)
      code.if()
      code.get(length)
      code.constant(Self.wideTag)
      code.emit(.i32Xor)
      code.set(units)
      move(.utf16, pointer, units, place, newLength)
      code.emit(.else)
      move(.latin1, pointer, length, place, newLength)
      code.emit(.end)
      code.release(units)
    }
    return (place, newLength)
  }

  private mutating func move(
    _ form: Form, _ pointer: Local, _ units: Local, _ place: Local, _ newLength: Local
  ) {
    let bytes = code.local(.i64)
    code.get(units)
    code.emit(.i64ExtendI32U)
    code.constant(wide: Int64(form.width))
    code.emit(.i64Mul)
    code.set(bytes)
    limit(bytes, .stringTooLong)
    check(pointer, alignment: source.plan.encoding == .utf8 ? 1 : 2, .misalignedPointer)
    check(pointer, bytes: bytes, in: source, .pointerOutOfBounds)
    code.release(bytes)
    code.zero(place)
    switch (form, target.plan.encoding) {
    case (.utf8, .utf8): copy(.copyUTF8, width: 1, pointer, units, place, newLength)
    case (.utf16, .utf16): copy(.copyUTF16, width: 2, pointer, units, place, newLength)
    case (.latin1, .utf16): copy(.latin1ToUTF16, width: 2, pointer, units, place, newLength)
    case (.latin1, .latin1OrUTF16): copy(.copyLatin1, width: 1, pointer, units, place, newLength)
    case (.utf8, .utf16): shrink(.utf8ToUTF16, pointer, units, place, newLength)
    case (.utf16, .utf8): grow(.utf16ToASCII, .utf16ToUTF8, worst: 3, pointer, units, place, newLength)
    case (.latin1, .utf8): grow(.latin1ToASCII, .latin1ToUTF8, worst: 2, pointer, units, place, newLength)
    case (.utf8, .latin1OrUTF16): inflate(.utf8ToLatin1, .utf8ToUTF16, pointer, units, place, newLength)
    case (.utf16, .latin1OrUTF16):
      if source.plan.encoding == .utf16 {
        inflate(.utf16ToLatin1, .copyUTF16, pointer, units, place, newLength)
      } else {
        deflate(pointer, units, place, newLength)
      }
    }
  }

  // MARK: The cases

  /// The size is known before.
  private mutating func copy(
    _ transcoding: Transcoding, width: UInt32, _ pointer: Local, _ units: Local, _ place: Local, _ newLength: Local
  ) {
    let size = scaled(units, by: width)
    reallocate(place, from: nil, to: size, alignment: alignment)
    transcode(transcoding, pointer, units, place)
    code.emit(.drop)
    code.get(units)
    code.set(newLength)
    code.release(size)
  }

  /// The size is twice the source's at most.
  private mutating func shrink(
    _ transcoding: Transcoding, _ pointer: Local, _ units: Local, _ place: Local, _ newLength: Local
  ) {
    let worst = scaled(units, by: 2)
    reallocate(place, from: nil, to: worst, alignment: 2)
    transcode(transcoding, pointer, units, place)
    code.set(newLength)
    shrink(place, from: worst, to: newLength)
    halve(newLength)
    code.release(worst)
  }

  /// To UTF-8: first as if all of it were ASCII.
  private mutating func grow(
    _ narrow: Transcoding, _ full: Transcoding, worst factor: UInt32, _ pointer: Local, _ units: Local,
    _ place: Local, _ newLength: Local
  ) {
    reallocate(place, from: nil, to: units, alignment: 1)
    transcode(narrow, pointer, units, place)
    code.set(newLength)
    ifFailed(newLength)
    let worst = scaled(units, by: factor)
    reallocate(place, from: units, to: worst, alignment: 1)
    transcode(full, pointer, units, place)
    code.set(newLength)
    shrink(place, from: worst, to: newLength, alignment: 1)
    code.release(worst)
    code.emit(.end)
  }

  /// To Latin-1 or UTF-16: first as if all of it were Latin-1.
  private mutating func inflate(
    _ narrow: Transcoding, _ full: Transcoding, _ pointer: Local, _ units: Local, _ place: Local, _ newLength: Local
  ) {
    reallocate(place, from: nil, to: units, alignment: 2)
    transcode(narrow, pointer, units, place)
    code.set(newLength)
    ifFailed(newLength)
    let worst = scaled(units, by: 2)
    reallocate(place, from: units, to: worst, alignment: 2)
    transcode(full, pointer, units, place)
    code.set(newLength)
    shrink(place, from: worst, to: newLength)
    halve(newLength)
    tag(newLength)
    code.release(worst)
    code.emit(.else)
    shrink(place, from: units, to: newLength)
    code.emit(.end)
  }

  /// From tagged UTF-16: probably UTF-16 again, and Latin-1 where that suffices.
  private mutating func deflate(_ pointer: Local, _ units: Local, _ place: Local, _ newLength: Local) {
    let worst = scaled(units, by: 2)
    reallocate(place, from: nil, to: worst, alignment: 2)
    transcode(.utf16ToLatin1, pointer, units, place)
    code.set(newLength)
    ifFailed(newLength)
    transcode(.copyUTF16, pointer, units, place)
    code.emit(.drop)
    code.get(units)
    code.set(newLength)
    tag(newLength)
    code.emit(.else)
    reallocate(place, from: worst, to: units, alignment: 1)
    code.emit(.end)
    code.release(worst)
  }

  // MARK: Parts

  private var alignment: UInt32 { target.plan.encoding == .utf8 ? 1 : 2 }

  /// Leaves on the stack how many bytes were written, or -1 where the text does not fit the form.
  private mutating func transcode(_ transcoding: Transcoding, _ pointer: Local, _ units: Local, _ place: Local) {
    guard let memories else {
      code.emit(.unreachable)
      return
    }
    code.get(pointer)
    code.get(units)
    code.get(place)
    code.call(
      module.host(
        .transcode(transcoding, memories: memories),
        CoreFunctionType(parameters: [.i32, .i32, .i32], results: [.i32])))
  }

  private mutating func scaled(_ units: Local, by factor: UInt32) -> Local {
    let size = code.local(.i32)
    code.get(units)
    if factor > 1 {
      code.constant(factor)
      code.emit(.i32Mul)
    }
    code.set(size)
    return size
  }

  private mutating func ifFailed(_ length: Local) {
    code.get(length)
    code.constant(.max)
    code.emit(.i32Eq)
    code.if()
  }

  private mutating func shrink(_ place: Local, from old: Local, to size: Local, alignment: UInt32 = 2) {
    code.get(size)
    code.get(old)
    code.emit(.i32LtU)
    code.if()
    reallocate(place, from: old, to: size, alignment: alignment)
    code.emit(.end)
  }

  private mutating func halve(_ length: Local) {
    code.get(length)
    code.constant(1)
    code.emit(.i32ShrU)
    code.set(length)
  }

  private mutating func tag(_ length: Local) {
    code.get(length)
    code.constant(Self.wideTag)
    code.emit(.i32Or)
    code.set(length)
  }
}
