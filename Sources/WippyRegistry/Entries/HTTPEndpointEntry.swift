import WippyCore

/// An `http.endpoint` entry with its router, decoded.
package struct HTTPEndpointEntry: Sendable {
  package let entry: Entry
  package let server: EntryID
  package let method: String
  /// The router's prefix and the endpoint's path.
  package let path: String
  package let function: EntryID

  package var id: EntryID { entry.id }

  package init(_ entry: Entry, in registry: Registry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "http.endpoint")
    self.entry = entry
    method = try reader.requiredText("method")
    function = try reader.requiredReference("func")
    guard let router = try Self.router(of: reader, in: registry) else {
      throw reader.invalid("router", "the endpoint has no router")
    }
    server = router.server
    path = HTTPEndpointEntry.joined(router.prefix, try reader.requiredText("path"))
  }

  /// The server and the prefix of an entry's router; `nil` when it has none.
  static func router(
    of reader: EntryReader, in registry: Registry
  ) throws(RegistryError) -> (server: EntryID, prefix: String)? {
    guard let id = reference("router", reader.entry) else { return nil }
    let router = try registry.requireEntry(id)
    guard let server = reference("server", router) else {
      throw reader.invalid("router", "the router \(id) has no server")
    }
    guard case .string(let prefix)? = router.fields["prefix"] else { return (server, "") }
    return (server, prefix)
  }

  /// A field, or the one of the same name in `meta`.
  static func reference(_ name: String, _ entry: Entry) -> EntryID? {
    guard case .string(let text)? = entry.fields[name] ?? entry.meta[name] else { return nil }
    return entry.resolve(text)
  }

  /// With exactly one slash between them.
  package static func joined(_ prefix: String, _ path: String) -> String {
    "/" + (prefix.split(separator: "/") + path.split(separator: "/")).joined(separator: "/")
  }
}
