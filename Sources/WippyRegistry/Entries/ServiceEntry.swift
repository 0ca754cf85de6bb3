import WippyCore

/// A `process.service` entry, decoded.
package struct ServiceEntry: Sendable {
  package let entry: Entry
  package let process: EntryID
  package let host: EntryID
  /// Arguments.
  package let input: [Value]
  package let instances: Int
  package let lifecycle: LifecycleConfiguration

  package var id: EntryID { entry.id }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "process.service")
    self.entry = entry
    process = try reader.requiredReference("process")
    host = try reader.requiredReference("host")
    input = entry.node["input"]?.items?.map(\.value) ?? []
    instances = reader.integer("instances").flatMap { Int(exactly: $0) } ?? 1
    lifecycle = LifecycleConfiguration(reader.object("lifecycle"))
  }
}
