/// Where the cache is.
package enum CacheLocation {
  /// `WIPPY_CACHE_DIR`, or the setting `cache.directory`, or `$XDG_CACHE_HOME/wippy`, or `~/.cache/wippy`.
  ///
  /// `nil` when none of them says anything. An `XDG_CACHE_HOME` that is not absolute does not count, as its
  /// specification asks.
  package static func directory(environment: [String: String], setting: String? = nil) -> String? {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let path = value("WIPPY_CACHE_DIR") { return path }
    if let setting, !setting.isEmpty { return setting }
    if let base = value("XDG_CACHE_HOME"), base.hasPrefix("/") { return base + "/wippy" }
    return value("HOME").map { $0 + "/.cache/wippy" }
  }
}
