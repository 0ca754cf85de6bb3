/// `wasi:http/types`' request options: nanoseconds.
package final class RequestOptions: HTTPResource {
  var connectTimeout: UInt64?
  var firstByteTimeout: UInt64?
  var betweenBytesTimeout: UInt64?

  init() { super.init() }
}
