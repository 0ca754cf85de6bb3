import WippyCore
import WippyLua
import WippyRegistry

/// The project's variables, for Lua programs: by public name, or by the id of their entry.
final class ProjectEnvironment: LuaEnvironment {
  private let resolver: EnvironmentResolver

  init(_ resolver: EnvironmentResolver) {
    self.resolver = resolver
  }

  func value(of name: String) throws(LuaErrorValue) -> String? {
    do {
      return try resolver.value(of: try id(name))
    } catch {
      throw Self.value(of: error)
    }
  }

  func set(_ name: String, to value: String) throws(LuaErrorValue) {
    do {
      try resolver.set(value, for: try id(name))
    } catch {
      throw Self.value(of: error)
    }
  }

  func all() -> [(name: String, value: String)] {
    resolver.variableNames.compactMap { name in
      guard let id = resolver.id(ofVariable: name) else { return nil }
      do {
        return try resolver.value(of: id).map { (name, $0) }
      } catch {
        // A storage that cannot be read has no values: who asks for one variable hears why.
        return nil
      }
    }
  }

  private func id(_ name: String) throws(RegistryError) -> EntryID {
    if let id = resolver.id(ofVariable: name) ?? EntryID(name) { return id }
    throw .unknownEntry(
      EntryID(namespace: "env", name: name), suggestion: suggestion(for: name, in: resolver.variableNames))
  }

  private static func value(of error: any Error) -> LuaErrorValue {
    guard let error = error as? RegistryError else { return LuaErrorValue(.internal, "\(error)") }
    switch error {
    case .unknownEntry: return LuaErrorValue(.notFound, "\(error)")
    case .environment: return LuaErrorValue(.permissionDenied, "\(error)")
    default: return LuaErrorValue(.invalid, "\(error)")
    }
  }
}
