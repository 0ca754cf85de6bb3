/// What a preview 1 guest has open under a number.
final class Preview1Descriptor {
  enum Object {
    case standard(Standard)
    case file(RegularFile)
    /// With the guest's name for it, where the guest was given it.
    case directory(Directory, preopen: String?)
    case socket(GuestSocket)
  }

  enum Standard: UInt32, CaseIterable {
    case input = 0
    case output = 1
    case error = 2

    /// The interface of 0.2 that has it.
    var interface: String {
      switch self {
      case .input: "wasi:cli/stdin"
      case .output: "wasi:cli/stdout"
      case .error: "wasi:cli/stderr"
      }
    }
  }

  let object: Object
  var rights: Rights
  var inheriting: Rights
  var flags: DescriptorFlags
  /// Where the next read or write of a file begins.
  var position: UInt64 = 0
  /// A directory's names, once they have been asked for.
  var listing: DirectoryListing?
  /// A standard stream, once it has been used.
  var input: InputStream?
  var output: OutputStream?

  init(_ object: Object, rights: Rights, inheriting: Rights = [], flags: DescriptorFlags = []) {
    self.object = object
    self.rights = rights
    self.inheriting = inheriting
    self.flags = flags
  }

  /// The file; of a directory `badDescriptor`, because a directory has no bytes.
  var file: RegularFile {
    get throws(Errno) {
      switch object {
      case .file(let file): return file
      case .directory: throw .badDescriptor
      case .standard, .socket: throw .illegalSeek
      }
    }
  }

  var directory: Directory {
    get throws(Errno) {
      guard case .directory(let directory, _) = object else { throw .notDirectory }
      return directory
    }
  }

  /// Regular file or directory.
  var opened: OpenedFile {
    get throws(Errno) {
      switch object {
      case .file(let file): return .file(file)
      case .directory(let directory, _): return .directory(directory)
      case .standard, .socket: throw .invalid
      }
    }
  }
}
