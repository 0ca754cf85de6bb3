import CLinux
import Foundation
import Glibc

/// Sends back what comes, on loopback, for as long as the program runs.
final class EchoServer {
  let port: UInt16

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && listen(listener, 4096) == 0
          && getsockname(listener, pointer, &length) == 0
      }
    }
    guard isBound else { throw BenchmarkError("no echo server: \(String(cString: strerror(errno)))") }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { EchoServer.serve(listener) }
  }

  private static func serve(_ listener: Int32) {
    let set = epoll_create1(0)
    func watch(_ descriptor: Int32) {
      var event = epoll_event()
      event.events = EPOLLIN.rawValue
      event.data.fd = descriptor
      epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event)
    }
    watch(listener)
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = epoll_wait(set, &events, Int32(events.count), -1)
      for event in events.prefix(max(0, Int(count))) {
        let descriptor = event.data.fd
        if descriptor == listener {
          let connection = accept(listener, nil, nil)
          if connection >= 0 { watch(connection) }
          continue
        }
        let received = recv(descriptor, &buffer, buffer.count, 0)
        if received <= 0 {
          close(descriptor)
        } else {
          _ = send(descriptor, buffer, received, Int32(MSG_NOSIGNAL))
        }
      }
    }
  }
}
