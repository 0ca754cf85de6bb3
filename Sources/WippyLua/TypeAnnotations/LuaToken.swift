/// A token of Lua source, as far as its annotations need one.
struct LuaToken {
  enum Kind: Equatable {
    case name
    case number
    case string
    /// `nil`, `true`, `false`: values, and types.
    case constant
    case function
    case local
    case `for`
    case end
    /// `do`, `then`, `else`, `repeat`, `break`: a statement follows.
    case opening
    case otherKeyword
    case doubleColon
    case arrow
    case dots
    /// Any other mark, by its character; `=` is an assignment's.
    case mark(UInt8)
    /// An operator of several characters.
    case otherOperator
  }

  var kind: Kind
  /// Offsets of its bytes.
  var start: Int
  var end: Int

  func isMark(_ character: Unicode.Scalar) -> Bool { kind == .mark(UInt8(ascii: character)) }

  /// Whether an expression may end here.
  var endsOperand: Bool {
    switch kind {
    case .name, .number, .string, .constant, .end, .dots: true
    default: isMark(")") || isMark("]") || isMark("}")
    }
  }
}
