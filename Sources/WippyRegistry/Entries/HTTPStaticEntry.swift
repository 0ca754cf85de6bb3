import WippyCore

/// An `http.static` entry, decoded.
package struct HTTPStaticEntry: Sendable {
  package let entry: Entry
  package let server: EntryID
  /// What the paths of its files begin with.
  package let path: String
  package let filesystem: EntryID
  /// A directory inside of the filesystem; empty for the whole of it.
  package let directory: String
  package let index: String

  package var id: EntryID { entry.id }

  package init(_ entry: Entry, in registry: Registry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "http.static")
    self.entry = entry
    filesystem = try reader.requiredReference("fs")
    var prefix = ""
    if let router = try HTTPEndpointEntry.router(of: reader, in: registry) {
      (server, prefix) = router
    } else if let id = HTTPEndpointEntry.reference("server", entry) {
      server = id
    } else {
      throw reader.invalid("server", "the files have no server")
    }
    path = HTTPEndpointEntry.joined(prefix, try reader.requiredText("path"))
    directory = (reader.text("directory") ?? "").split(separator: "/").joined(separator: "/")
    index = reader.text("index") ?? "index.html"
  }
}
