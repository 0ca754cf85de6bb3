/// Where a project is, and where its parts are.
package struct Project: Sendable {
  /// The project root, absolute, symbolic links followed.
  package let root: String
  /// The directory of the definition files, absolute.
  package let sourceDirectory: String
  /// The directory of vendored modules, absolute.
  package let modulesDirectory: String
  package let modules: [VendoredModule]
  /// `wippy.lock`; `nil` when there is none.
  package let lockFile: String?
  /// `.wippy.yaml`; `nil` when there is none.
  package let settingsFile: String?
  /// Problems of `wippy.lock`.
  package let diagnostics: [Diagnostic]

  /// Whether the directory is marked as a project; without a mark only definition files make it one.
  package var isMarked: Bool { lockFile != nil || settingsFile != nil }

  static let lockName = "wippy.lock"
  static let settingsName = ".wippy.yaml"

  /// Finds the project of `directory`: the first directory upwards with `wippy.lock` or `.wippy.yaml`, else `directory`
  /// itself. `explicit` (`-C DIR`), relative to `directory`, names the root.
  package static func locate(
    from directory: String = FilePath.workingDirectory(), explicit: String? = nil
  ) throws(RegistryError) -> Project {
    if let explicit {
      let path = FilePath.join(directory, explicit)
      guard FilePath.isDirectory(path), let root = FilePath.resolved(path) else {
        throw .noProjectDirectory(path: explicit)
      }
      return Project(root: root)
    }
    guard let start = FilePath.resolved(directory), FilePath.isDirectory(start) else {
      throw .noProjectDirectory(path: directory)
    }
    var candidate = start
    while true {
      if [lockName, settingsName].contains(where: { FilePath.isFile(FilePath.join(candidate, $0)) }) {
        return Project(root: candidate)
      }
      if candidate == "/" { return Project(root: start) }
      candidate = FilePath.directory(of: candidate)
    }
  }

  private init(root: String) {
    self.root = root
    let lock = FilePath.join(root, Self.lockName)
    let settings = FilePath.join(root, Self.settingsName)
    lockFile = FilePath.isFile(lock) ? lock : nil
    settingsFile = FilePath.isFile(settings) ? settings : nil
    let content = lockFile.map { LockFile(path: $0, name: Self.lockName) } ?? LockFile()
    var problems = content.diagnostics
    let named = content.sourceDirectory.map { FilePath.join(root, $0.text) }
    if let named, let place = content.sourceDirectory?.position, !FilePath.isDirectory(named) {
      problems.append(
        Diagnostic(
          .error, place,
          "`directories.src` names a directory that is not there: create \(FilePath.relative(named, to: root)), or "
            + "name another one"))
    }
    let usual = FilePath.join(root, "src")
    sourceDirectory = named ?? (FilePath.isDirectory(usual) ? usual : root)
    modulesDirectory = FilePath.join(root, content.modulesDirectory?.text ?? ".wippy")
    modules = content.modules
    diagnostics = problems
  }

  /// The name of a file in messages.
  func shortName(_ path: String) -> String { FilePath.relative(path, to: root) }
}
