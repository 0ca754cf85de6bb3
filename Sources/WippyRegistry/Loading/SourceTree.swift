import Glibc

/// Finds the files below a source directory that may be definition files, in a fixed order.
struct SourceTree {
  /// A tree that nobody marked as a project may be somebody's home directory.
  static let unmarkedLimit = 20_000
  static let limit = 1_000_000

  private(set) var files: [String] = []
  /// There are so many files that none is taken for a definition file.
  private(set) var isTooLarge = false
  private(set) var problems: [(path: String, message: String)] = []

  private let root: String
  private let projectRoot: String
  private let skipped: Set<String>
  private let limit: Int
  /// The devices and inodes of directories.
  private var visited: Set<String> = []
  private var count = 0

  /// `skipping` are absolute paths of directories and files.
  init(root: String, projectRoot: String, skipping: [String], limit: Int = Self.limit) {
    self.root = root
    self.projectRoot = projectRoot
    self.limit = limit
    skipped = Set(skipping)
    // An own stack of directories: their nesting is up to the disk. Symbolic links come last, so that a file is known
    // by its own path.
    var pending = [root]
    var links: [String] = []
    while let directory = pending.popLast() ?? nextLink(&links) {
      guard count <= limit else {
        isTooLarge = true
        files = []
        problems.append(
          (
            root,
            "there are more than \(limit) files below it: name the directory of the definition "
              + "files with `directories: {src: ...}` in wippy.lock"
          ))
        return
      }
      let inner = scan(directory, links: &links)
      pending += inner.reversed()
    }
    files.sort()
  }

  private func nextLink(_ links: inout [String]) -> String? {
    links.isEmpty ? nil : links.removeFirst()
  }

  /// The directories in `directory`.
  private mutating func scan(_ directory: String, links: inout [String]) -> [String] {
    guard let status = FilePath.status(directory),
      visited.insert("\(status.st_dev) \(status.st_ino)").inserted
    else { return [] }
    guard let stream = opendir(directory) else {
      problems.append((directory, "cannot read the directory: \(systemErrorText(errno))"))
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let item = readdir(stream) {
      let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    count += names.count
    var directories: [String] = []
    for name in names.sorted() {
      let path = directory == "/" ? "/" + name : directory + "/" + name
      guard !skipped.contains(path) else { continue }
      let isCandidate = [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG:
        if isCandidate { files.append(path) }
      case S_IFDIR:
        if ![".git", ".build", "node_modules"].contains(name) { directories.append(path) }
      case S_IFLNK:
        follow(path, isCandidate: isCandidate, links: &links)
      default: break
      }
    }
    return directories
  }

  private mutating func follow(_ path: String, isCandidate: Bool, links: inout [String]) {
    guard let target = FilePath.resolved(path) else { return }
    let isDirectory = FilePath.isDirectory(target)
    guard isDirectory || isCandidate, !skipped.contains(target) else { return }
    guard FilePath.isInside(target, projectRoot) else {
      problems.append((path, "the symbolic link leaves the project, and is not followed: copy what it names"))
      return
    }
    if isDirectory {
      if ![".git", ".build", "node_modules"].contains(FilePath.lastComponent(target)) { links.append(path) }
    } else {
      files.append(path)
    }
  }
}
