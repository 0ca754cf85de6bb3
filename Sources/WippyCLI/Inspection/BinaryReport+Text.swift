import WippyCore

extension BinaryReport {
  var text: String {
    var text = "\(path): \(kind.rawValue), \(size) bytes\n\nImports:\n"
    if imports.isEmpty { text += "  none\n" }
    for group in imports {
      text += "  \(group.group ?? "in no group of this runtime")\n"
      for name in group.names { text += "    \(name)\n" }
    }
    text += "\nExports:\n"
    if exports.isEmpty { text += "  none\n" }
    for export in exports {
      text += "  \(export.method.map { "\($0): " } ?? "")\(export.signature)\n"
    }
    if let world {
      text += "\nWorld:\n"
      for line in world.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        text += line.isEmpty ? "\n" : "  \(line)\n"
      }
    }
    guard let method = suggestedMethod else { return TerminalText.lines(text) }
    text += "\nEntry:\n" + entry(method: method)
    return TerminalText.lines(text)
  }

  var json: Value {
    .table([
      .init("file", .string(path)), .init("kind", .string(kind.rawValue)),
      .init("size", .integer(Int64(size))),
      .init("hash", .string(hash)),
      .init(
        "imports",
        .array(
          imports.map {
            .table([
              .init("group", $0.group.map(Value.string) ?? .null),
              .init("names", .array($0.names.map(Value.string))),
            ])
          })),
      .init(
        "exports",
        .array(
          exports.map {
            .table([
              .init("method", $0.method.map(Value.string) ?? .null),
              .init("signature", .string($0.signature)),
            ])
          })),
      .init("wit", world.map(Value.string) ?? .null),
    ])
  }

  /// The lines to paste into a definition file.
  func entry(method: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.hasSuffix(".wasm") ? String(file.dropLast(5)) : file
    let name = stem.isEmpty ? "guest" : String(stem.map { EntryID.isIdentifier(String($0)) ? $0 : "_" })
    var fields: [Value.Field] = [
      .init("name", .string(name)), .init("kind", .string("process.wasm")),
      .init("fs", .string("myns:wasm_binaries")),
      .init("path", .string("/\(file)")), .init("hash", .string(hash)), .init("method", .string(method)),
    ]
    let groups = imports.compactMap(\.group)
    if !groups.isEmpty { fields.append(.init("imports", .array(groups.map(Value.string)))) }
    fields.append(
      .init(
        "meta",
        .table([.init("command", .table([.init("name", .string(name)), .init("short", .string("..."))]))])))
    return YAMLText.text(.array([.table(fields)]), indent: 1)
  }
}
