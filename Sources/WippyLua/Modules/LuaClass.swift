import CLua

/// A kind of object: what its methods and metamethods (`__tostring`, `__eq`, `__lt`, `__add`, ...) are.
///
/// An object has three integers, may hold one Swift object, and may hold Lua values (fields that only Swift sees). In a method
/// the object is argument 1. Make each class once, as a `static let`.
///
/// Unchecked: the C structure is constant once it is made.
package final class LuaClass: @unchecked Sendable {
  package let name: String
  let handle: UnsafeMutablePointer<clua_class>

  /// - Parameter hasReference: Objects hold a Swift object.
  package init(_ name: String, hasReference: Bool = false, _ members: [LuaMember]) {
    self.name = name
    handle = clua_class_create(name, hasReference)
    handle.pointee.methods.add(members)
    clua_module_finish(handle.pointee.methods)
  }

  /// A class that C has made: only after `LuaSetup`.
  fileprivate init(existing handle: UnsafePointer<clua_class>) {
    self.handle = UnsafeMutablePointer(mutating: handle)
    name = String(cString: handle.pointee.name)
  }
}

extension LuaClass {
  /// Channels; word 0 is the mailbox's channel number and 1, or 0.
  static let channel = LuaClass(existing: clua_channel_class())
  static let payload = LuaClass(existing: clua_payload_class())
  static let message = LuaClass(existing: clua_message_class())
}
