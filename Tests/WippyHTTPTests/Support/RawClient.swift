import Glibc

/// Sends bytes on a connection and reads until its end, on a thread of its own.
struct RawClient {
  let port: UInt16

  /// What came back until the server closed the connection.
  ///
  /// - Parameter keepsOpen: Whether this side stays open when everything is sent.
  func exchange(_ text: String, keepsOpen: Bool = false) async -> String {
    await withCheckedContinuation { continuation in
      let work = Work { continuation.resume(returning: run(text, keepsOpen)) }
      var thread = pthread_t()
      let pointer = Unmanaged.passRetained(work).toOpaque()
      pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().action()
          return nil
        }, pointer)
      pthread_detach(thread)
    }
  }

  private final class Work {
    let action: () -> Void
    init(_ action: @escaping () -> Void) { self.action = action }
  }

  private func run(_ text: String, _ keepsOpen: Bool) -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { return "no connection" }
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { break }
      sent += count
    }
    if !keepsOpen { shutdown(descriptor, Int32(SHUT_WR)) }
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      all += buffer[..<count]
    }
    return String(decoding: all, as: UTF8.self)
  }
}
