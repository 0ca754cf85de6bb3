/// The error numbers of preview 1 that are used here.
enum Errno: UInt16 {
  case success = 0
  case badDescriptor = 8
  case invalid = 28
  case io = 29
  case notSupported = 58
  case brokenPipe = 64
  case illegalSeek = 70
}
