/// How a guest trapped, and where.
public struct Trap: Sendable, Hashable {
  /// What the engine says: `unreachable`, `out-of-bounds memory access`, `stack overflow`, ...
  public var message: String
  /// The guest's frames, innermost first.
  public var backtrace: [Frame]
  /// The last bytes that the guest wrote to its standard error, at most 4 KiB.
  public var lastErrorOutput: String

  public init(message: String, backtrace: [Frame] = [], lastErrorOutput: String = "") {
    self.message = message
    self.backtrace = backtrace
    self.lastErrorOutput = lastErrorOutput
  }

  /// One frame of a guest's stack.
  public struct Frame: Sendable, Hashable, CustomStringConvertible {
    /// The module's name, where its binary has one.
    public var module: String?
    /// The function's name, where its binary has one.
    public var function: String?
    /// The function's index in its module.
    public var index: UInt32
    /// Bytes from the start of the module.
    public var offset: UInt64
    /// `file:line`, when the binary has debug information.
    public var source: String?

    public init(
      module: String? = nil, function: String? = nil, index: UInt32, offset: UInt64, source: String? = nil
    ) {
      self.module = module
      self.function = function
      self.index = index
      self.offset = offset
      self.source = source
    }

    public var description: String {
      let name = function ?? "<wasm function \(index)>"
      let place = source ?? "0x\(String(offset, radix: 16))"
      return "\(module.map { "\($0)!" } ?? "")\(name) at \(place)"
    }
  }
}
