/// The bounds of a WIT integer type; together they span more than any one Swift integer type.
struct IntegerRange {
  let lowerBound: Int64
  let upperBound: UInt64

  init<Integer: FixedWidthInteger>(_ type: Integer.Type) {
    lowerBound = Int64(Integer.min)
    upperBound = UInt64(Integer.max)
  }

  func contains(_ number: Int64) -> Bool {
    number < 0 ? number >= lowerBound : UInt64(number) <= upperBound
  }

  func contains(_ number: UInt64) -> Bool {
    number <= upperBound
  }
}
