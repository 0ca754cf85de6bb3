import WippyComponent

/// Finds the function that `method` names among a binary's exports.
struct MethodSearch {
  let exports: [PlannedExport]
  /// How messages name the file.
  let binary: String

  /// - Parameter method: `greet`, `interface#function` with or without package and version, or `run` for
  ///   `wasi:cli/run`; `nil` where there is only one thing to run.
  func find(_ method: String?) throws(GuestProblem) -> PlannedExport {
    guard let method else { return try only() }
    let parts = method.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let found: [PlannedExport]
    if parts.count == 2 {
      found = exports.filter { export in
        export.name == parts[1] && export.interface.map { Self.names(String(parts[0]), $0) } ?? false
      }
    } else {
      let root = exports.filter { $0.interface == nil && $0.name == method }
      found = root.isEmpty && method == "run" ? commands : root
    }
    if let first = found.first, found.count == 1 { return first }
    if found.count > 1 {
      let choices = found.map { "`\(Self.path($0))`" }.joined(separator: ", ")
      throw GuestProblem("method", "`\(method)` names several functions of \(binary): write one of \(choices)")
    }
    throw GuestProblem("method", "\(binary) exports no function `\(method)`: \(list)")
  }

  private func only() throws(GuestProblem) -> PlannedExport {
    if commands.count == 1, let run = commands.first { return run }
    if exports.count == 1, let export = exports.first { return export }
    throw GuestProblem("method", "say which function of \(binary) to run: \(list)")
  }

  private var commands: [PlannedExport] {
    exports.filter { $0.name == "run" && $0.interface.map { Self.names("wasi:cli/run", $0) } ?? false }
  }

  private var list: String {
    guard !exports.isEmpty else { return "it exports no functions" }
    let names = exports.prefix(20).map { "`\(Self.path($0))`" }.joined(separator: ", ")
    return "it exports \(names)\(exports.count > 20 ? " and \(exports.count - 20) more" : "")"
  }

  static func path(_ export: PlannedExport) -> String {
    export.interface.map { "\($0)#\(export.name)" } ?? export.name
  }

  /// Whether `text` names the interface: whole, without its version, or by its last part.
  private static func names(_ text: String, _ interface: String) -> Bool {
    if text == interface { return true }
    let unversioned = interface.split(separator: "@", maxSplits: 1).first.map(String.init) ?? interface
    if text == unversioned { return true }
    return !text.contains("/") && unversioned.split(separator: "/").last.map(String.init) == text
  }
}
