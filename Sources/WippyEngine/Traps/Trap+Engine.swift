import CWasmtime
import WippyCore

extension Trap {
  /// The trap that a `wasm_trap_t` stands for. Frees it.
  package init(consuming trap: OpaquePointer) {
    defer { wasm_trap_delete(trap) }
    self.init(borrowing: trap)
  }

  init(borrowing trap: OpaquePointer) {
    var text = wasm_message_t()
    wasm_trap_message(trap, &text)
    var frames = wasm_frame_vec_t()
    wasm_trap_trace(trap, &frames)
    var code: UInt8 = 0
    let known = wasmtime_trap_code(trap, &code) ? TrapCode(rawValue: code) : nil
    self.init(code: known, text: String(consuming: text), frames: frames)
  }

  /// The trap that a `wasmtime_error_t` stands for, with the error's innermost cause as message. Frees it.
  package init(consumingError error: OpaquePointer) {
    defer { wasmtime_error_delete(error) }
    var text = wasm_name_t()
    wasmtime_error_message(error, &text)
    var frames = wasm_frame_vec_t()
    wasmtime_error_wasm_trace(error, &frames)
    self.init(code: nil, text: String(consuming: text), frames: frames)
  }

  /// For each of the engine's frames of a trap, how many bytes its place is from the start of its function.
  static func functionOffsets(of trap: OpaquePointer) -> [UInt64] {
    var frames = wasm_frame_vec_t()
    wasm_trap_trace(trap, &frames)
    defer { wasm_frame_vec_delete(&frames) }
    return (0..<frames.size).map { position in
      frames.data?[position].flatMap { UInt64(exactly: wasm_frame_func_offset($0)) } ?? 0
    }
  }

  private init(code: TrapCode?, text: String, frames: consuming wasm_frame_vec_t) {
    let report = TrapReport(text)
    var frames = frames
    let backtrace = Trap.backtrace(frames, report)
    wasm_frame_vec_delete(&frames)
    self.init(message: code?.message ?? report.cause.printable(limit: 4096), backtrace: backtrace)
  }

  /// The engine's frames, with what its text adds: demangled names, source lines, inlined functions.
  private static func backtrace(_ frames: borrowing wasm_frame_vec_t, _ report: TrapReport) -> [Frame] {
    var backtrace: [Frame] = []
    for position in 0..<frames.size {
      guard let frame = frames.data?[position] else { continue }
      let module = wasmtime_frame_module_name(frame).flatMap { String(borrowing: $0) }?.printable()
      let function = wasmtime_frame_func_name(frame).flatMap { String(borrowing: $0) }?.printable()
      // The largest size stands for "unknown", and arrives as -1.
      let offset = UInt64(exactly: wasm_frame_module_offset(frame))
      let base = Frame(module: module, function: function, index: wasm_frame_func_index(frame), offset: offset ?? 0)
      // Names of the guest can imitate the text's lines; then the offsets do not agree and the text is ignored.
      guard report.frames.count == frames.size, report.frames[position].offset == offset else {
        backtrace.append(base)
        continue
      }
      let functions = report.frames[position].functions
      for (depth, described) in functions.enumerated() {
        var logical = base
        logical.source = described.source?.printable()
        // The last is the physical function, and the others were inlined into it. The text demangles, which turns a
        // function `f` into `float`: that is only wanted of mangled names.
        let isPhysical = depth == functions.count - 1
        if let name = described.name?.printable(limit: 1024), !isPhysical || isMangled(function) {
          let prefix = "\(module ?? "<unknown>")!"
          logical.function = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        }
        backtrace.append(logical)
      }
    }
    return backtrace
  }

  /// Whether a name is one that C++ or Rust made; without a name, the text's is better than none.
  private static func isMangled(_ name: String?) -> Bool {
    guard let name else { return true }
    return name.hasPrefix("_Z") || name.hasPrefix("_R")
  }
}

extension EngineError {
  /// The text of a `wasmtime_error_t`, its causes included. Frees it.
  package static func message(consuming error: OpaquePointer) -> String {
    defer { wasmtime_error_delete(error) }
    var text = wasm_name_t()
    wasmtime_error_message(error, &text)
    return String(consuming: text).flattened()
  }
}

extension String {
  /// The text of a vector that the caller owns. Frees it.
  fileprivate init(consuming bytes: wasm_byte_vec_t) {
    var bytes = bytes
    self = String(decoding: UnsafeBufferPointer(start: bytes.data, count: bytes.size), as: UTF8.self)
    wasm_byte_vec_delete(&bytes)
  }

  /// The text of a vector that somebody else owns; `nil` when it is empty.
  fileprivate init?(borrowing bytes: UnsafePointer<wasm_byte_vec_t>) {
    guard bytes.pointee.size > 0 else { return nil }
    self = String(
      decoding: UnsafeBufferPointer(start: bytes.pointee.data, count: bytes.pointee.size), as: UTF8.self)
  }

  /// This text without control characters, and not longer than `limit` characters: names come from the guest's
  /// binary and end on terminals.
  package func printable(limit: Int = 256) -> String {
    // Nearly always there is nothing to do.
    if utf8.count <= limit, utf8.allSatisfy({ (0x20..<0x7f).contains($0) || $0 == UInt8(ascii: "\n") }) { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars.prefix(limit) {
      let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
      result.append(isControl && scalar != "\n" ? "\u{fffd}" : scalar)
    }
    let isCut = unicodeScalars.count > limit
    return String(result) + (isCut ? "…" : "")
  }

  /// `what\n\nCaused by:\n    why` as one line: `what: why`.
  fileprivate func flattened() -> String {
    let parts = split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
    guard let heading = parts.firstIndex(of: "Caused by:") else {
      return parts.joined(separator: " ").printable(limit: 4096)
    }
    let what = parts[..<heading].joined(separator: " ")
    let why = parts[(heading + 1)...].joined(separator: " ")
    return "\(what): \(why)".printable(limit: 4096)
  }
}
