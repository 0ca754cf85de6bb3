extension [UInt8] {
  /// `withUnsafeBytes` with a typed error, which the standard library's does not have.
  func withStreamBytes<Output, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Output
  ) throws(Failure) -> Output {
    try withUnsafeBytes { bytes in Result { () throws(Failure) in try body(bytes) } }.get()
  }
}
