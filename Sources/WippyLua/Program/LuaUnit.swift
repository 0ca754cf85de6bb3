/// Code with what it may `require`: the code of a process, of a function, or of a library.
package struct LuaUnit: Sendable {
  package var chunk: LuaChunk
  /// The entry, for messages.
  package var entry: String
  /// The entry's `modules`.
  package var modules: Set<String>
  /// The entry's `imports`: libraries by alias.
  package var imports: [String: LuaUnit]

  package init(chunk: LuaChunk, entry: String, modules: [String] = [], imports: [String: LuaUnit] = [:]) {
    self.chunk = chunk
    self.entry = entry
    self.modules = Set(modules)
    self.imports = imports
  }

  /// This unit, or the one among its imports whose chunk `source` names.
  func owner(ofSource source: String) -> LuaUnit? {
    if source.dropFirst() == chunk.name { return self }
    for (_, unit) in imports {
      if let owner = unit.owner(ofSource: source) { return owner }
    }
    return nil
  }
}
