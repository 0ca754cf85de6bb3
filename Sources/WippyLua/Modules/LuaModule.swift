import CLua

/// A table of functions and constants that programs get by `require`.
///
/// Make each one once, as a `static let`: it is never freed.
///
/// Unchecked: the C structure is constant once it is made.
package final class LuaModule: @unchecked Sendable {
  package let name: String
  let handle: UnsafeMutablePointer<clua_module>

  package init(_ name: String, _ members: [LuaMember]) {
    self.name = name
    // Without memory at start-up there is nothing to go on with.
    handle = clua_module_create(name)
    handle.add(members)
    clua_module_finish(handle)
  }
}

extension UnsafeMutablePointer<clua_module> {
  func add(_ members: [LuaMember]) {
    for member in members {
      switch member {
      case .function(let name, let function):
        clua_module_add_native(self, name, NativeFunctions.shared.add(function))
      case .cFunction(let name, let function): clua_module_add_function(self, name, function)
      case .integer(let name, let value): clua_module_add_integer(self, name, value)
      case .number(let name, let value): clua_module_add_number(self, name, value)
      case .text(let name, let value): clua_module_add_text(self, name, value)
      case .null(let name): clua_module_add_null(self, name)
      case .value(let name, let function):
        clua_module_add_native_value(self, name, NativeFunctions.shared.add(function))
      case .module(let module): clua_module_add_module(self, module.name, module.handle)
      }
    }
  }
}
