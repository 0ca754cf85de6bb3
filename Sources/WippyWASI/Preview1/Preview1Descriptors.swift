/// The descriptors of a preview 1 guest: its standard streams, until it closes them.
final class Preview1Descriptors {
  enum Standard: UInt32, CaseIterable {
    case input = 0
    case output = 1
    case error = 2

    /// The interface of 0.2 that has it.
    var interface: String {
      switch self {
      case .input: "wasi:cli/stdin"
      case .output: "wasi:cli/stdout"
      case .error: "wasi:cli/stderr"
      }
    }
  }

  private var closed: Set<Standard> = []
  private var input: InputStream?
  private var outputs: [Standard: OutputStream] = [:]

  /// The stream that has this number; `nil` for all others and for closed ones.
  func standard(_ descriptor: UInt32) -> Standard? {
    guard let standard = Standard(rawValue: descriptor), !closed.contains(standard) else { return nil }
    return standard
  }

  func close(_ standard: Standard) {
    closed.insert(standard)
    if standard == .input { input = nil } else { outputs[standard] = nil }
  }

  func inputStream(_ make: () -> InputStream) -> InputStream {
    let stream = input ?? make()
    input = stream
    return stream
  }

  func outputStream(_ standard: Standard, _ make: () -> OutputStream) -> OutputStream {
    if let stream = outputs[standard] { return stream }
    let stream = make()
    outputs[standard] = stream
    return stream
  }
}
