import WippyComponent

/// `wasi:io/error`'s resource: what went wrong with a stream, as a text.
package final class StreamError: HostResource {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }
}
