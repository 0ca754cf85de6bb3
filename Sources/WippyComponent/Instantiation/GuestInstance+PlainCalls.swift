import WippyCore
import WippyEngine

/// Calls of functions with a `PlainSignature`, through an adapter that is in the guest already and the guest's
/// `TransferArea`.
extension GuestInstance {
  /// Prepares the call; `false` where it has to be an ordinary one.
  func preparePlain(_ export: BoundExport, _ arguments: [Value]) -> Bool {
    guard servedExport == ObjectIdentifier(export), let area = transferArea else { return false }
    let (count, texts) = export.plainParameters
    guard arguments.count == count else { return false }
    var room = Int(TransferArea.capacity)
    var place = area.place(TransferArea.texts)
    let span = arguments.span
    for index in span.indices {
      let isText = texts >> UInt32(truncatingIfNeeded: index) & 1 != 0
      switch span[index] {
      case .integer(let number):
        guard !isText else { return false }
        area.setValue(index, UInt64(bitPattern: number))
      case .string(let text):
        guard isText else { return false }
        let isCopied = text.utf8.withContiguousStorageIfAvailable { bytes in
          guard bytes.count <= room else { return false }
          if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: bytes.count) }
          area.setValue(index, UInt64(bytes.count))
          room -= bytes.count
          place += bytes.count
          return true
        }
        guard isCopied == true else { return false }
      default: return false
      }
    }
    area.hasCall = true
    plain = export.plainCall
    if !taskContext.isEmpty { taskContext = [:] }
    staysResident = true
    return true
  }

  /// Gives up a plain call that was prepared, for another one.
  func dropPlain() {
    plain = nil
    plainText = nil
    transferArea?.hasCall = false
  }

  @inline(__always)
  func servePlain(_ plain: PlainCall) -> GuestProgress {
    if let progress = pollResident() {
      if residentPolling == nil { self.plain = nil }
      return progress
    }
    self.plain = nil
    guard let area = transferArea else { return .returned(nil) }
    switch plain.result {
    case .none: return .returned(nil)
    case .signed32: return .returned(.integer(Int64(area.result(as: Int32.self))))
    case .unsigned32: return .returned(.integer(Int64(area.result(as: UInt32.self))))
    case .signed64: return .returned(.integer(area.result(as: Int64.self)))
    case .text:
      if let text = area.takeText() { return .returned(.string(text)) }
      return .returned(plainText.take().map { .string($0) })
    }
  }

  /// The adapter has a text that it does not put into the area.
  func returned(_ plain: PlainCall, _ values: RawValues) throws(HostFault) {
    guard let memory = memory(plain.memory) else { throw .trap("the function has no memory") }
    do throws(ABIViolation) {
      plainText = try Lifting.text(at: values.u32(0), in: GuestMemory(context.bytes(of: memory)))
    } catch {
      throw .trap(error.message)
    }
  }
}
