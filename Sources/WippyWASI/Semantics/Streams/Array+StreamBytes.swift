extension [UInt8] {
  /// `withUnsafeBytes` with a typed error, which the standard library's does not have.
  func withStreamBytes<Output>(
    _ body: (UnsafeRawBufferPointer) throws(StreamFailure) -> Output
  ) throws(StreamFailure) -> Output {
    try withUnsafeBytes { bytes in Result { () throws(StreamFailure) in try body(bytes) } }.get()
  }
}
