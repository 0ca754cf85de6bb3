import Glibc

/// Unix stream sockets that carry one line each way.
enum ControlSocket {
  /// The most bytes of a request or of a reply: a list of a hundred thousand processes fits.
  static let maximumLine = 64 << 20

  /// A listening socket at `path`, for its user alone.
  static func listen(at path: String) throws(RuntimeError) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else { throw failure(path, errno) }
    unlink(path)
    // The mode of a socket is that of its creation: nobody gets in between `bind` and a `chmod`.
    let mask = umask(0o177)
    let status = withAddress(path) { bind(descriptor, $0, $1) }
    let code = errno
    umask(mask)
    guard status == 0, Glibc.listen(descriptor, 16) == 0 else {
      let problem = status == 0 ? errno : code
      close(descriptor)
      throw failure(path, problem)
    }
    return descriptor
  }

  /// A connection to `path`; `nil` when nobody answers there.
  static func connect(to path: String) -> Int32? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    limitWaiting(descriptor)
    guard withAddress(path, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Whether the socket's process is gone.
  static func isStale(_ path: String) -> Bool {
    if let descriptor = connect(to: path) {
      close(descriptor)
      return false
    }
    return errno == ECONNREFUSED
  }

  /// Neither side waits longer than this for the other.
  static func limitWaiting(_ descriptor: Int32) {
    var time = timeval(tv_sec: 5, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
  }

  static func readLine(_ descriptor: Int32, limit: Int = maximumLine) -> String? {
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while line.count < limit {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      if let end = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) {
        line += buffer[..<end]
        return String(validating: line, as: UTF8.self)
      }
      line += buffer[..<count]
    }
    return nil
  }

  @discardableResult
  static func write(line: String, to descriptor: Int32) -> Bool {
    let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
    return bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = send(
          descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset, Int32(MSG_NOSIGNAL))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        offset += count
      }
      return true
    }
  }

  static func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }

  private static func failure(_ path: String, _ code: Int32) -> RuntimeError {
    .configuration("the control socket \(path) cannot be made: \(systemText(code))")
  }

  /// Calls `body` with the address of `path`, or fails with `ENAMETOOLONG`.
  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      errno = ENAMETOOLONG
      return -1
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}
