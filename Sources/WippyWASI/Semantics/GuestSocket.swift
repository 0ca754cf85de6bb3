import Glibc
import WippyCore

/// A stream socket that the host opened and gives to a guest: one that listens, or one that is connected.
package final class GuestSocket: Sendable {
  let descriptor: OpenDescriptor
  let isListening: Bool

  /// Takes over an open socket, and makes it non-blocking.
  package init(owning number: Int32) {
    descriptor = OpenDescriptor(owning: number)
    _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    isListening = getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0
  }

  /// What a call of the kernel's came to.
  enum Outcome<Success> {
    case done(Success)
    case notReady
    case failed(Int32)
  }

  func accept() -> Outcome<GuestSocket> {
    while true {
      let number = Glibc.accept(descriptor.number, nil, nil)
      if number >= 0 { return .done(GuestSocket(owning: number)) }
      if errno != EINTR { return failure() }
    }
  }

  /// - Returns: How much; 0 at the end.
  func receive(into buffer: UnsafeMutableRawBufferPointer, peek: Bool = false) -> Outcome<Int> {
    while true {
      let count = recv(descriptor.number, buffer.baseAddress, buffer.count, peek ? Int32(MSG_PEEK) : 0)
      if count >= 0 { return .done(count) }
      if errno != EINTR { return failure() }
    }
  }

  func send(_ bytes: UnsafeRawBufferPointer) -> Outcome<Int> {
    while true {
      let count = Glibc.send(descriptor.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      if count >= 0 { return .done(count) }
      if errno != EINTR { return failure() }
    }
  }

  /// Ends one direction or both.
  func shutDown(receiving: Bool, sending: Bool) -> Outcome<Void> {
    let how = receiving ? (sending ? SHUT_RDWR : SHUT_RD) : SHUT_WR
    return Glibc.shutdown(descriptor.number, Int32(how)) == 0 ? .done(()) : failure()
  }

  func condition(_ readiness: Readiness) -> WaitCondition { .descriptor(descriptor.number, readiness) }

  private func failure<Success>() -> Outcome<Success> { errno == EAGAIN ? .notReady : .failed(errno) }
}
