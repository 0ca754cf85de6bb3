import WippyCore

/// A resource handle of another process: opaque to programs.
final class LuaResource: Sendable {
  static let kind: LuaClass = LuaClass(
    "resource", hasReference: true,
    [
      .function("__tostring") { call throws(LuaFailure) in
        let resource = try call.reference(1, LuaResource.kind, as: LuaResource.self)
        call.output.push("resource \(resource.value.type) of \(resource.value.process)")
        return .values
      }
    ])

  let value: ResourceReference

  init(_ value: ResourceReference) {
    self.value = value
  }
}
