import CLua
import WippyCore

/// Where Swift puts values for Lua: C makes them when the Swift function has returned.
///
/// Arrays and tables announce their count, then their values follow; a table's are key, value, key, value.
package struct LuaOutput {
  let output: UnsafeMutablePointer<clua_output>
  /// Values that the open arrays and tables still want.
  private var open: Int64 = 0

  init(_ output: UnsafeMutablePointer<clua_output>) {
    self.output = output
  }

  /// Counts a value that stands alone; one inside an array or table has been announced.
  @inline(__always)
  private mutating func begin(_ op: Int, containing count: Int64 = 0) {
    if open == 0 {
      output.pointee.values += 1
    } else {
      open -= 1
    }
    open += count
    clua_put_op(output, Int32(op))
  }

  package mutating func pushNil() { begin(CLUA_OP_NIL) }

  /// The sentinel for "no value" inside tables.
  package mutating func pushNull() { begin(CLUA_OP_NULL) }

  package mutating func push(_ value: Bool) { begin(value ? CLUA_OP_TRUE : CLUA_OP_FALSE) }

  package mutating func push(_ value: Int64) {
    begin(CLUA_OP_INTEGER)
    clua_put_i64(output, value)
  }

  package mutating func push(_ value: Double) {
    begin(CLUA_OP_NUMBER)
    clua_put_f64(output, value)
  }

  package mutating func push(_ text: String) {
    begin(CLUA_OP_STRING)
    var text = text
    text.withUTF8 { bytes in
      clua_put_u32(output, UInt32(clamping: bytes.count))
      clua_put_bytes(output, bytes.baseAddress, min(bytes.count, Int(UInt32.max)))
    }
  }

  package mutating func push(_ text: StaticString) {
    begin(CLUA_OP_NAME)
    clua_put_pointer(output, text.utf8Start)
  }

  /// A string of any bytes.
  package mutating func push(bytes: [UInt8]) {
    bytes.withUnsafeBytes { push(bytes: $0) }
  }

  package mutating func push(bytes: UnsafeRawBufferPointer) {
    begin(CLUA_OP_STRING)
    let count = min(bytes.count, Int(UInt32.max))
    clua_put_u32(output, UInt32(count))
    clua_put_bytes(output, bytes.baseAddress, count)
  }

  /// An array of the `count` values that are pushed next.
  package mutating func beginArray(_ count: Int) {
    let count = UInt32(clamping: count)
    begin(CLUA_OP_ARRAY, containing: Int64(count))
    clua_put_u32(output, count)
  }

  /// A table of the `count` pairs of key and value that are pushed next.
  package mutating func beginTable(_ count: Int) {
    let count = UInt32(clamping: count)
    begin(CLUA_OP_TABLE, containing: 2 * Int64(count))
    clua_put_u32(output, count)
  }

  package mutating func push(_ error: LuaErrorValue) {
    begin(CLUA_OP_ERROR, containing: 4)
    clua_put_u32(output, UInt32(bitPattern: error.retryable.map { $0 ? 1 : 0 } ?? -1))
    push(error.kind)
    push(error.message)
    push(orNil: error.details)
    if let stack = error.stack { push(stack) } else { pushNil() }
  }

  /// An object of a class.
  ///
  /// - Parameters:
  ///   - reference: What it holds, when its class has references.
  ///   - fields: How many Lua values it holds: they are pushed next.
  package mutating func push(
    _ kind: LuaClass, words: (Int64, Int64, Int64) = (0, 0, 0), reference: AnyObject? = nil, fields: Int = 0
  ) {
    begin(CLUA_OP_OBJECT, containing: Int64(fields))
    clua_put_pointer(output, kind.handle)
    var index = UInt32.max
    if let reference {
      index = clua_output_add_reference(output, Unmanaged.passRetained(reference).toOpaque())
    }
    clua_put_u32(output, index)
    clua_put_i64(output, words.0)
    clua_put_i64(output, words.1)
    clua_put_i64(output, words.2)
    clua_put_u32(output, UInt32(clamping: fields))
  }

  /// A new channel with room for `capacity` values. With a `feed` (see `LuaCall.makeFeed`), Swift sends into it.
  package mutating func pushChannel(capacity: Int, feed: LuaFeed? = nil) {
    begin(CLUA_OP_CHANNEL)
    clua_put_i64(output, Int64(feed?.id ?? 0))
    clua_put_i64(output, Int64(capacity))
  }

  /// `value`; with it, field `field` of the object at `index`, a channel, gets what the feed sends.
  mutating func push(_ value: Bool, feeding feed: LuaFeed, field: Int, ofObjectAt index: Int) {
    begin(CLUA_OP_FEEDING)
    clua_put_i64(output, Int64(bitPattern: feed.id))
    clua_put_u32(output, UInt32(clamping: index))
    clua_put_u32(output, UInt32(clamping: field))
    clua_put_u32(output, value ? 1 : 0)
  }

  /// What the call has at `index`.
  package mutating func pushArgument(_ index: Int) {
    begin(CLUA_OP_ARGUMENT)
    clua_put_u32(output, UInt32(clamping: index))
  }

  /// Field `field` (from 1) of the object at `index`.
  package mutating func pushField(_ field: Int, ofObjectAt index: Int) {
    begin(CLUA_OP_FIELD)
    clua_put_u32(output, UInt32(clamping: index))
    clua_put_u32(output, UInt32(clamping: field))
  }

  /// One of the mailbox's channels.
  mutating func pushRoute(_ route: Int32) {
    begin(CLUA_OP_ROUTE)
    clua_put_u32(output, UInt32(bitPattern: route))
  }

  /// The event of a message, whose sender, topic and payload are pushed next.
  mutating func beginMessageEvent() { begin(CLUA_OP_MESSAGE, containing: 3) }

  /// A table with the methods of events.
  mutating func beginEvent(_ count: Int) {
    begin(CLUA_OP_EVENT, containing: 2 * Int64(count))
    clua_put_u32(output, UInt32(clamping: count))
  }

  package mutating func push(_ value: Value) {
    push(value, inArray: false)
  }

  package mutating func push(orNil value: Value?) {
    if let value { push(value) } else { pushNil() }
  }

  /// Inside arrays `null` is the sentinel, because a nil would end them; in tables it is a key that is not there.
  private mutating func push(_ value: Value, inArray: Bool) {
    switch value {
    case .null: if inArray { pushNull() } else { pushNil() }
    case .bool(let value): push(value)
    case .integer(let value): push(value)
    case .unsigned(let value):
      // Exact as a float, or as decimal digits.
      if let exact = Double(exactly: value) { push(exact) } else { push(String(value)) }
    case .float(let value): push(value)
    case .string(let text): push(text)
    case .bytes(let bytes): push(bytes: bytes)
    case .array(let elements):
      beginArray(elements.count)
      for element in elements { push(element, inArray: true) }
    case .table(let fields):
      beginTable(fields.count { $0.value != .null })
      for field in fields where field.value != .null {
        push(field.key)
        push(field.value, inArray: false)
      }
    case .resource(let reference): push(LuaResource.kind, reference: LuaResource(reference))
    }
  }
}
