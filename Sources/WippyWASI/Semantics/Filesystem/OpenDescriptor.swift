import Glibc

/// A descriptor of the kernel's, closed with its last owner.
package final class OpenDescriptor: Sendable {
  package let number: Int32

  /// Takes over an open descriptor.
  package init(owning number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }
}
