import CLua

/// An object among a call's arguments, valid during the call.
package struct LuaObject {
  let pointer: UnsafeMutablePointer<clua_object>

  /// The three integers.
  package var words: (Int64, Int64, Int64) {
    get { pointer.pointee.words }
    nonmutating set { pointer.pointee.words = newValue }
  }

  /// The Swift object that it holds.
  package var reference: AnyObject? {
    guard let reference = pointer.pointee.reference else { return nil }
    return Unmanaged<AnyObject>.fromOpaque(reference).takeUnretainedValue()
  }
}
