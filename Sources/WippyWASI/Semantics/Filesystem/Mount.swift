/// A directory that a guest is given.
package struct Mount: Sendable {
  /// Where the guest sees it: an absolute path.
  package var guestPath: String
  package var directory: Directory

  package init(guestPath: String, directory: Directory) {
    self.guestPath = guestPath
    self.directory = directory
  }
}
