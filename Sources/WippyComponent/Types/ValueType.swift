/// A value type of the component model, resolved: no indices, and every resource by identity.
///
/// Structural: two types are equal when they would be interchangeable in the component model.
package indirect enum ValueType: Hashable, Sendable {
  case bool
  case s8, u8, s16, u16, s32, u32, s64, u64
  case f32, f64
  case char
  case string
  case list(ValueType)
  case record([RecordField])
  case tuple([ValueType])
  case variant([VariantCase])
  case enumeration([String])
  case option(ValueType)
  case result(ok: ValueType?, error: ValueType?)
  case flags([String])
  case own(ResourceType)
  case borrow(ResourceType)
}

/// One field of a record.
package struct RecordField: Hashable, Sendable {
  package var name: String
  package var type: ValueType

  package init(_ name: String, _ type: ValueType) {
    self.name = name
    self.type = type
  }
}

/// One case of a variant.
package struct VariantCase: Hashable, Sendable {
  package var name: String
  package var payload: ValueType?

  package init(_ name: String, _ payload: ValueType? = nil) {
    self.name = name
    self.payload = payload
  }
}
