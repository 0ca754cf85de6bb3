extension LuaServices {
  /// The names of all modules that an entry may list.
  package static var moduleNames: [String] { LuaStandardModules.names }
  /// Those that need not be listed.
  package static var globalModuleNames: [String] { LuaStandardModules.always.keys.sorted() }
}
