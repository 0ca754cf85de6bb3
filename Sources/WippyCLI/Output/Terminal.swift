import Glibc

/// What the terminal can do.
enum Terminal {
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// How many lines it shows; `nil` when it does not say.
  static func rows(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return nil }
    return Int(size.ws_row)
  }

  /// Colour is for terminals, and for people who did not say no.
  static func isColoured(_ descriptor: Int32) -> Bool {
    guard isTerminal(descriptor) else { return false }
    if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
    guard let kind = getenv("TERM") else { return true }
    return strcmp(kind, "dumb") != 0
  }
}
