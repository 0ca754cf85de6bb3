import Synchronization
import WippyCore

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A time zone: a fixed offset, or the rules of a file of the time zone database.
package final class Location: Sendable {
  package let name: String
  private let zone: ZoneRules

  private init(_ name: String, _ zone: ZoneRules) {
    self.name = name
    self.zone = zone
  }

  package static let utc = Location("UTC", ZoneRules(offset: 0, abbreviation: "UTC"))

  /// What `/etc/localtime` says, or the variable `TZ`.
  package static let local: Location = {
    let path = getenv("TZ").map { String(cString: $0) }
    if let path, path.isEmpty { return Location("Local", utc.zone) }
    if let path, let named = load(path) { return Location("Local", named.zone) }
    guard let bytes = read("/etc/localtime"), let zone = ZoneRules(file: bytes) else {
      return Location("Local", utc.zone)
    }
    return Location("Local", zone)
  }()

  /// - Parameter offset: Seconds east of Greenwich.
  package static func fixed(_ name: String, offset: Int) -> Location {
    Location(name, ZoneRules(offset: offset, abbreviation: name))
  }

  private static let loaded = Mutex<[String: Location]>([:])

  /// The zone of this name in the database; `nil` where there is none.
  package static func load(_ name: String) -> Location? {
    switch name {
    case "UTC": return utc
    case "Local": return local
    default: break
    }
    guard isName(name) else { return nil }
    if let known = loaded.withLock({ $0[name] }) { return known }
    for directory in ["/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/usr/share/lib/zoneinfo/"] {
      guard let bytes = read(directory + name), let zone = ZoneRules(file: bytes) else { continue }
      let location = Location(name, zone)
      // Only names of files get here: there are some hundreds.
      loaded.withLock { $0[name] = location }
      return location
    }
    return nil
  }

  /// Seconds east of Greenwich at a time, and what the zone is called then.
  package func offset(at seconds: Int64) -> (seconds: Int, abbreviation: String) {
    zone.offset(at: seconds)
  }

  /// The time at which clocks of this zone show `civil`: the first of two. What no clock shows is read with
  /// the offset before the gap.
  package func seconds(of civil: CivilTime) -> Int64 {
    let shown = civil.seconds
    // The offset before a change may be the right one, and the offset after it.
    let before = shown - Int64(offset(at: shown - Int64(offset(at: shown).seconds) - 86_400).seconds)
    if before + Int64(offset(at: before).seconds) == shown { return before }
    let after = shown - Int64(offset(at: before).seconds)
    return after + Int64(offset(at: after).seconds) == shown ? after : before
  }

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 64 && name.utf8.first != UInt8(ascii: "/")
      && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty
          && part.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
              || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
              || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
          }
      }
  }

  /// Such files have a few kilobytes.
  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    return count > 0 ? Array(bytes.prefix(count)) : nil
  }
}
