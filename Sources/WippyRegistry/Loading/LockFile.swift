/// `wippy.lock`: where a project's parts are.
struct LockFile {
  struct Text {
    let text: String
    let position: SourcePosition
  }

  private(set) var sourceDirectory: Text?
  private(set) var modulesDirectory: Text?
  private(set) var modules: [VendoredModule] = []
  private(set) var diagnostics: [Diagnostic] = []

  init() {}

  init(path: String, name: String) {
    let start = SourcePosition(file: name)
    let bytes: [UInt8]
    do {
      bytes = try FileContents.read(path, limit: FileContents.textLimit)
    } catch {
      diagnostics.append(Diagnostic(.error, start, "\(error)"))
      return
    }
    switch SourceParser.parse(bytes, file: name) {
    case .failure(let problem):
      diagnostics.append(Diagnostic(.error, problem.position, problem.message))
    case .success(nil): break
    case .success(let root?):
      guard root.pairs != nil || root.isNull else {
        diagnostics.append(
          Diagnostic(
            .error, root.position, "expected a map, got \(root.typeName): write `directories:` first"))
        return
      }
      sourceDirectory = directory("src", in: root)
      modulesDirectory = directory("modules", in: root)
      readModules(root)
    }
  }

  private mutating func directory(_ key: String, in root: SourceNode) -> Text? {
    guard let node = root["directories"]?[key] else { return nil }
    guard let text = node.string, !text.isEmpty else {
      diagnostics.append(
        Diagnostic(
          .error, node.position,
          "`directories.\(key)`: expected the path of a directory, got \(node.typeName)"))
      return nil
    }
    return Text(text: text, position: node.position)
  }

  private mutating func readModules(_ root: SourceNode) {
    guard let list = root["modules"] else { return }
    guard let items = list.items else {
      diagnostics.append(
        Diagnostic(
          .error, list.position,
          "`modules`: expected a list, got \(list.typeName): write `- name: org/module`")
      )
      return
    }
    for item in items {
      guard let name = item["name"]?.string ?? item.string, Self.isModuleName(name) else {
        diagnostics.append(
          Diagnostic(.error, item.position, "`modules`: expected `name: organization/module`"))
        continue
      }
      modules.append(
        VendoredModule(
          name: name, version: item["version"]?.string.flatMap(Self.safe), position: item.position))
    }
  }

  /// A name with `..` in it would lead out of the modules directory.
  private static func isModuleName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { safe(String($0)) != nil }
  }

  private static func safe(_ part: String) -> String? {
    part.isEmpty || part == "." || part == ".." || part.contains("/") || part.contains("\0") ? nil : part
  }
}
