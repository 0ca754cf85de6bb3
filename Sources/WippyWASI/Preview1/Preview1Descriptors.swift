import WippyComponent
import WippyCore

/// The descriptors of a preview 1 guest, by number.
final class Preview1Descriptors {
  private var entries: [Preview1Descriptor?] = []
  /// No number below this is free.
  private var lowestFree = 0
  private(set) var count = 0

  /// - Parameters:
  ///   - mounts: Directories from the number after the standard streams' on.
  ///   - sockets: Those that the host passes in, after them.
  init(mounts: [Mount], sockets: [GuestSocket]) {
    for standard in Preview1Descriptor.Standard.allCases {
      let rights: Rights = standard == .input ? .read : .write
      append(Preview1Descriptor(.standard(standard), rights: [rights, .poll, .status, .setFlags]))
    }
    for mount in mounts {
      append(
        Preview1Descriptor(
          .directory(mount.directory, preopen: mount.guestPath), rights: .directory,
          inheriting: Rights.directory.union(.file)))
    }
    for socket in sockets {
      append(
        Preview1Descriptor(.socket(socket), rights: [.read, .write, .poll, .status, .setFlags, .shutDown, .accept]))
    }
  }

  private func append(_ descriptor: Preview1Descriptor) {
    entries.append(descriptor)
    count += 1
    lowestFree = entries.count
  }

  /// The descriptor with this number and all of these rights.
  func descriptor(_ number: UInt32, _ rights: Rights = []) throws(Errno) -> Preview1Descriptor {
    guard number < entries.count, let entry = entries[Int(number)] else { throw .badDescriptor }
    guard entry.rights.isSuperset(of: rights) else { throw .notCapable }
    return entry
  }

  /// Gives the descriptor the lowest free number.
  func insert(_ descriptor: Preview1Descriptor) -> UInt32 {
    while lowestFree < entries.count, entries[lowestFree] != nil { lowestFree += 1 }
    let number = lowestFree
    if number == entries.count { entries.append(descriptor) } else { entries[number] = descriptor }
    lowestFree += 1
    count += 1
    return UInt32(number)
  }

  func remove(_ number: UInt32) throws(Errno) {
    _ = try descriptor(number)
    entries[Int(number)] = nil
    lowestFree = min(lowestFree, Int(number))
    count -= 1
  }

  /// Gives `number` to what `other` was, which closes what had it.
  func renumber(_ other: UInt32, to number: UInt32) throws(Errno) {
    let moved = try descriptor(other)
    _ = try descriptor(number)
    guard other != number else { return }
    entries[Int(number)] = moved
    try remove(other)
  }
}

extension HostCall {
  /// Inserts a descriptor; too many end the process.
  func insert(_ descriptor: Preview1Descriptor, into table: Preview1Descriptors) throws(HostFault) -> UInt32 {
    guard table.count < guest.maximumHandles else {
      throw .exit(
        .resource(
          LimitExceeded(
            limit: "max_resources", allowed: UInt64(guest.maximumHandles), used: UInt64(table.count) + 1)))
    }
    return table.insert(descriptor)
  }
}
