import WippyCore

/// `wasi:http/types`' fields: headers or trailers.
package final class Fields: HTTPResource {
  /// Bytes of all names and values together.
  package static let largest = 1 << 20

  package private(set) var fields: [HTTPField]
  private let isImmutable: Bool

  package init(_ fields: [HTTPField] = []) {
    self.fields = fields
    isImmutable = false
    super.init()
  }

  /// The fields of a request or response, which cannot be changed, and are its child.
  init(_ fields: [HTTPField], of parent: HTTPResource) {
    self.fields = fields
    isImmutable = true
    super.init(childOf: parent)
  }

  /// Fields that a guest makes.
  package static func checked(_ fields: [HTTPField]) throws(HeaderError) -> Fields {
    for field in fields { try check(field.name, [field.value]) }
    return Fields(fields)
  }

  package func values(of name: String) -> [[UInt8]] {
    fields.filter { $0.name.isSameFieldName(as: name) }.map(\.value)
  }

  package func has(_ name: String) -> Bool {
    fields.contains { $0.name.isSameFieldName(as: name) }
  }

  package func set(_ name: String, to values: [[UInt8]]) throws(HeaderError) {
    try checkMutable()
    try Fields.check(name, values)
    fields.removeAll { $0.name.isSameFieldName(as: name) }
    fields += values.map { HTTPField(name, $0) }
  }

  package func append(_ name: String, _ value: [UInt8]) throws(HeaderError) {
    try checkMutable()
    try Fields.check(name, [value])
    fields.append(HTTPField(name, value))
  }

  package func delete(_ name: String) throws(HeaderError) {
    try checkMutable()
    try Fields.check(name, [])
    fields.removeAll { $0.name.isSameFieldName(as: name) }
  }

  /// Bytes of all names and values.
  package var size: Int { fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.count } }

  private func checkMutable() throws(HeaderError) {
    if isImmutable { throw .immutable }
  }

  // MARK: Rules

  private static func check(_ name: String, _ values: [[UInt8]]) throws(HeaderError) {
    guard HTTPSyntax.isToken(name), values.allSatisfy(HTTPSyntax.isFieldValue) else { throw .invalidSyntax }
    if isForbidden(name) { throw .forbidden }
  }

  /// Fields of a connection and not of a message, which are the host's business; so is where the request goes.
  static func isForbidden(_ name: String) -> Bool {
    forbidden.contains { $0.isSameFieldName(as: name) }
  }

  private static let forbidden = [
    "connection", "host", "http2-settings", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "proxy-connection", "transfer-encoding", "upgrade",
  ]

  /// What a guest sees of fields that came from outside.
  static func visible(_ fields: [HTTPField]) -> [HTTPField] {
    fields.filter { !isForbidden($0.name) || $0.name.isSameFieldName(as: "host") }
  }
}
