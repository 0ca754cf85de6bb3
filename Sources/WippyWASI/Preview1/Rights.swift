/// What may be done with a descriptor of preview 1, and with those that are opened through it.
struct Rights: OptionSet, Sendable, Hashable {
  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }
  private init(bit: UInt64) { rawValue = 1 << bit }

  static let dataSync = Rights(bit: 0)
  static let read = Rights(bit: 1)
  static let seek = Rights(bit: 2)
  static let setFlags = Rights(bit: 3)
  static let sync = Rights(bit: 4)
  static let tell = Rights(bit: 5)
  static let write = Rights(bit: 6)
  static let advise = Rights(bit: 7)
  static let allocate = Rights(bit: 8)
  static let createDirectory = Rights(bit: 9)
  static let createFile = Rights(bit: 10)
  static let linkSource = Rights(bit: 11)
  static let linkTarget = Rights(bit: 12)
  static let open = Rights(bit: 13)
  static let readDirectory = Rights(bit: 14)
  static let readLink = Rights(bit: 15)
  static let renameSource = Rights(bit: 16)
  static let renameTarget = Rights(bit: 17)
  static let pathStatus = Rights(bit: 18)
  static let pathSetSize = Rights(bit: 19)
  static let pathSetTimes = Rights(bit: 20)
  static let status = Rights(bit: 21)
  static let setSize = Rights(bit: 22)
  static let setTimes = Rights(bit: 23)
  static let symbolicLink = Rights(bit: 24)
  static let removeDirectory = Rights(bit: 25)
  static let unlinkFile = Rights(bit: 26)
  static let poll = Rights(bit: 27)
  static let shutDown = Rights(bit: 28)
  static let accept = Rights(bit: 29)

  /// Those that there are; other bits of a guest's mean nothing.
  static let all = Rights(rawValue: (1 << 30) - 1)

  /// What makes sense with a regular file.
  static let file: Rights = [
    .dataSync, .read, .seek, .setFlags, .sync, .tell, .write, .advise, .allocate, .status, .setSize, .setTimes, .poll,
  ]

  /// What makes sense with a directory.
  static let directory: Rights = [
    .setFlags, .sync, .dataSync, .createDirectory, .createFile, .linkSource, .linkTarget, .open, .readDirectory,
    .readLink, .renameSource, .renameTarget, .pathStatus, .pathSetSize, .pathSetTimes, .status, .setTimes,
    .symbolicLink, .removeDirectory, .unlinkFile,
  ]

  /// What a file has to be opened for writing for.
  static let writing: Rights = [.write, .allocate, .setSize]
}

/// `fdflags`
struct DescriptorFlags: OptionSet, Sendable, Hashable {
  let rawValue: UInt16

  static let append = DescriptorFlags(rawValue: 1 << 0)
  static let dataSync = DescriptorFlags(rawValue: 1 << 1)
  static let nonBlocking = DescriptorFlags(rawValue: 1 << 2)
  static let readSync = DescriptorFlags(rawValue: 1 << 3)
  static let sync = DescriptorFlags(rawValue: 1 << 4)
  static let all = DescriptorFlags(rawValue: 0x1f)

  var durability: RegularFile.Durability {
    if contains(.sync) || contains(.readSync) { return .everything }
    return contains(.dataSync) ? .data : .memory
  }
}
