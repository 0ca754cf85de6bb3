import Glibc
import WippyCore

/// Remembers the SHA-256 digests of files, so that a large component is not hashed at every start.
///
/// A digest holds for a file that has not been touched since: same device, inode, size and both times. A file that was
/// changed a moment ago is not remembered, because another change could leave the same times.
package struct DigestMemory: Sendable {
  private let directory: CacheDirectory?

  /// A memory in `directory`; with `nil` it remembers nothing.
  package init(directory: CacheDirectory?) {
    self.directory = directory
  }

  private static let magic = "wippy-digest 1"
  /// How old a change must be, in nanoseconds: coarser than the times of any file system in use.
  static let settlingTime: Int64 = 2_000_000_000

  /// The digest of the file with this identity, where it is known.
  package func digest(of file: FileIdentity) -> ContentDigest? {
    guard let note = directory?.file(DigestMemory.name(of: file)), let text = note.text(limit: 512) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4, lines[0] == DigestMemory.magic, lines[3].isEmpty,
      FileIdentity(text: lines[1]) == file
    else { return nil }
    return ContentDigest(hex: lines[2])
  }

  /// Remembers `digest`, which the caller computed from the file's bytes while it had this identity, before and after.
  ///
  /// - Parameter now: The wall clock, in nanoseconds since 1970.
  /// - Returns: Whether it is remembered.
  @discardableResult
  package func remember(
    _ digest: ContentDigest, of file: FileIdentity, now: Int64 = Int64(time(nil)) * 1_000_000_000
  ) -> Bool {
    guard let directory, max(file.modified, file.changed) <= now - DigestMemory.settlingTime else { return false }
    var text = "\(DigestMemory.magic)\n\(file.text)\n\(digest.hex)\n"
    return text.withUTF8 { bytes in
      do {
        try directory.write(DigestMemory.name(of: file), UnsafeRawBufferPointer(bytes))
        return true
      } catch {
        // Only speed is lost; a directory that cannot be written is reported when code is stored.
        return false
      }
    }
  }

  private static func name(of file: FileIdentity) -> String {
    "\(String(file.device, radix: 16))-\(String(file.inode, radix: 16)).digest"
  }
}
