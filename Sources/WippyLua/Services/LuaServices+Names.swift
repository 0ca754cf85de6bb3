extension LuaServices {
  /// The names of all modules that an entry may list.
  package static var moduleNames: [String] { LuaStandardModules.names }
}
