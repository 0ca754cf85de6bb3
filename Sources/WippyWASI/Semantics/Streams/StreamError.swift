import Glibc
import WippyComponent
import WippyCore

/// `wasi:io/error`'s resource: what went wrong with a stream.
package final class StreamError: HostResource {
  package let text: String
  /// The system's number for it, from which interfaces make their own codes; `nil` where the system had no part in it.
  package let errno: Int32?

  /// What `wasi:http` calls it; `nil` where HTTP had no part in it.
  package let httpFailure: HTTPFailure?

  package init(_ text: String, errno: Int32? = nil, httpFailure: HTTPFailure? = nil) {
    self.text = text
    self.errno = errno
    self.httpFailure = httpFailure
  }

  package convenience init(errno: Int32) {
    self.init(String(cString: strerror(errno)), errno: errno)
  }
}
