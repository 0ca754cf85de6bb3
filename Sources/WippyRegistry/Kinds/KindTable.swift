/// Every kind that the registry knows.
package enum KindTable {
  /// The kinds of this runtime, in the order of the documentation.
  package static let kinds: [KindSchema] =
    storageKinds + hostKinds + wasmKinds + luaKinds + supervisionKinds + httpKinds + [
      KindSchema("registry.entry", "Inert application data: any fields.", [], isOpen: true)
    ]

  /// Kinds of Wippy's documentation that this runtime does not have.
  package static let absentKinds: [String] = [
    "cloudstorage.s3", "config.aws", "contract.binding", "contract.definition", "db.cdc.postgres",
    "db.sql.mysql", "db.sql.postgres", "db.sql.sqlite", "exec.docker", "exec.native", "fs.embed",
    "function.lua.bc", "library.lua.bc", "module.lua", "network", "network.i2p", "network.socks5",
    "network.tailscale", "ns.definition", "ns.dependency", "ns.requirement", "pg.scope", "process.lua.bc",
    "queue.consumer", "queue.driver.amqp", "queue.driver.memory", "queue.driver.sqs", "queue.queue",
    "security.policy", "security.policy.expr", "security.token_store", "store.kv.crdt", "store.kv.raft",
    "store.memory", "store.sql", "template.jet", "template.set", "temporal.client", "temporal.worker",
    "view.component", "view.page", "workflow.lua", "workflow.lua.bc",
  ]

  /// Families whose every member belongs to Wippy alone.
  private static let absentFamilies = [
    "cloudstorage.", "config.", "contract.", "db.", "exec.", "network.", "ns.", "pg.", "queue.", "security.",
    "store.", "template.", "temporal.", "view.", "workflow.",
  ]

  /// Every name, for suggestions.
  package static let names: [String] = kinds.map(\.kind) + absentKinds

  private static let byName: [String: KindSchema] = {
    var table: [String: KindSchema] = [:]
    for schema in kinds { table[schema.kind] = schema }
    for kind in absentKinds { table[kind] = absent(kind) }
    return table
  }()

  /// The schema of `kind`; `nil` for an unknown one.
  package static func schema(of kind: String) -> KindSchema? {
    if let known = byName[kind] { return known }
    return absentFamilies.contains { kind.hasPrefix($0) && kind.count > $0.count } ? absent(kind) : nil
  }

  private static func absent(_ kind: String) -> KindSchema {
    KindSchema(
      kind, "Known from Wippy; not part of this runtime.", [lifecycle], isOpen: true, isSupported: false)
  }
}
