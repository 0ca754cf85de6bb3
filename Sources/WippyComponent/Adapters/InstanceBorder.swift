/// The flags of component instances, two bytes for each, in a memory that generated code and the host share.
///
/// Source: CanonicalABI.md, "Component Instance State" (`may_leave`, `may_enter`); both are stored negated, so
/// that a fresh memory is right.
enum InstanceFlags {
  static let export = "flags"
  /// As many as the memory's one page has room for.
  static let limit = 32_768

  static func cannotLeave(_ instance: Int) -> Int { instance * 2 }
  static func isEntered(_ instance: Int) -> Int { instance * 2 + 1 }
}

/// Writes the instructions that keep the rules about entering and leaving component instances.
struct InstanceBorder {
  /// The memory of the flags.
  let flags: UInt32
  /// The function that traps.
  let violation: UInt32

  func checkMayLeave(_ instance: Int, _ code: inout FunctionCode) {
    trap(.cannotLeave, ifFlag: InstanceFlags.cannotLeave(instance), &code)
  }

  func setMayLeave(_ instance: Int, _ mayLeave: Bool, _ code: inout FunctionCode) {
    set(InstanceFlags.cannotLeave(instance), !mayLeave, &code)
  }

  func enter(_ instances: [Int], _ code: inout FunctionCode) {
    for instance in instances {
      trap(.cannotEnter, ifFlag: InstanceFlags.isEntered(instance), &code)
      set(InstanceFlags.isEntered(instance), true, &code)
    }
  }

  func leave(_ instances: [Int], _ code: inout FunctionCode) { setEntered(instances, false, &code) }

  /// The host enters without asking: nothing else is called meanwhile.
  func setEntered(_ instances: [Int], _ isEntered: Bool, _ code: inout FunctionCode) {
    for instance in instances { set(InstanceFlags.isEntered(instance), isEntered, &code) }
  }

  func trap(_ reason: CallViolation, _ code: inout FunctionCode) {
    code.constant(reason.rawValue)
    code.call(violation)
    code.emit(.unreachable)
  }

  private func trap(_ reason: CallViolation, ifFlag flag: Int, _ code: inout FunctionCode) {
    code.constant(0)
    code.access(.i32Load8U, memory: flags, offset: UInt32(flag))
    code.if()
    trap(reason, &code)
    code.emit(.end)
  }

  private func set(_ flag: Int, _ value: Bool, _ code: inout FunctionCode) {
    code.constant(0)
    code.constant(value ? 1 : 0)
    code.access(.i32Store8, memory: flags, offset: UInt32(flag))
  }
}

/// Why generated code traps; the host has the texts.
enum CallViolation: UInt32, CaseIterable {
  case cannotLeave
  case cannotEnter
  case misalignedPointer
  case pointerOutOfBounds
  case misalignedAllocation
  case allocationOutOfBounds
  case stringTooLong
  case listTooLong
  case invalidDiscriminant
  case invalidCharacter

  var message: String {
    switch self {
    case .cannotLeave: "cannot leave component instance: an import is called by realloc or by a post-return function"
    case .cannotEnter: "cannot enter component instance: it is in a call already"
    case .misalignedPointer: "a pointer that is passed to another component is not aligned"
    case .pointerOutOfBounds: "a pointer that is passed to another component is out of bounds of the memory"
    case .misalignedAllocation: "realloc returned a pointer that is not aligned"
    case .allocationOutOfBounds: "realloc returned a pointer that is out of bounds of the memory"
    case .stringTooLong: "a string of more than 268435455 bytes is too long"
    case .listTooLong: "a list of more than 268435455 bytes is too long"
    case .invalidDiscriminant: "a discriminant has no case in its type"
    case .invalidCharacter: "a char is no Unicode scalar value"
    }
  }
}
