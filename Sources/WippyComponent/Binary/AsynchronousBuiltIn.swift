import WippyEngine

/// A built-in function of the asynchronous component model: known, but not supported.
///
/// Source: component-model, design/mvp/Binary.md, "Canonical Definitions".
package struct AsynchronousBuiltIn: Sendable {
  package var name: String
  /// `nil` where it depends on a type of the component.
  package var coreType: CoreFunctionType?
  /// Component-level types that it mentions: a stream or a future.
  var types: [UInt32] = []
  var result: ValueReference?
  var memories: [UInt32] = []
  var coreTypes: [UInt32] = []
  var tables: [UInt32] = []

  /// What follows the code in the binary.
  private enum Immediate {
    case flag, type, options, memory, resultList, slot, coreType, table
  }

  private struct Form {
    let name: String
    let parameters: [CoreValueType]
    let results: [CoreValueType]
    let immediates: [Immediate]

    init(_ name: String, _ parameters: Int, _ results: [CoreValueType] = [], _ immediates: [Immediate] = []) {
      self.name = name
      self.parameters = Array(repeating: .i32, count: parameters)
      self.results = results
      self.immediates = immediates
    }
  }

  private static let forms: [UInt8: Form] = [
    0x05: Form("task.cancel", 0), 0x06: Form("subtask.cancel", 1, [.i32], [.flag]),
    0x08: Form("backpressure.set", 1), 0x09: Form("task.return", 0, [], [.resultList, .options]),
    0x0a: Form("context.get", 0, [.i32], [.slot]), 0x0b: Form("context.set", 1, [], [.slot]),
    0x0c: Form("thread.yield", 0, [.i32], [.flag]), 0x0d: Form("subtask.drop", 1),
    0x0e: Form("stream.new", 0, [.i64], [.type]), 0x0f: Form("stream.read", 3, [.i32], [.type, .options]),
    0x10: Form("stream.write", 3, [.i32], [.type, .options]),
    0x11: Form("stream.cancel-read", 1, [.i32], [.type, .flag]),
    0x12: Form("stream.cancel-write", 1, [.i32], [.type, .flag]), 0x13: Form("stream.drop-readable", 1, [], [.type]),
    0x14: Form("stream.drop-writable", 1, [], [.type]), 0x15: Form("future.new", 0, [.i64], [.type]),
    0x16: Form("future.read", 2, [.i32], [.type, .options]), 0x17: Form("future.write", 2, [.i32], [.type, .options]),
    0x18: Form("future.cancel-read", 1, [.i32], [.type, .flag]),
    0x19: Form("future.cancel-write", 1, [.i32], [.type, .flag]), 0x1a: Form("future.drop-readable", 1, [], [.type]),
    0x1b: Form("future.drop-writable", 1, [], [.type]), 0x1c: Form("error-context.new", 2, [.i32], [.options]),
    0x1d: Form("error-context.debug-message", 2, [], [.options]), 0x1e: Form("error-context.drop", 1),
    0x1f: Form("waitable-set.new", 0, [.i32]), 0x20: Form("waitable-set.wait", 2, [.i32], [.flag, .memory]),
    0x21: Form("waitable-set.poll", 2, [.i32], [.flag, .memory]), 0x22: Form("waitable-set.drop", 1),
    0x23: Form("waitable.join", 2), 0x24: Form("backpressure.inc", 0), 0x25: Form("backpressure.dec", 0),
    0x26: Form("thread.index", 0, [.i32]), 0x27: Form("thread.new-indirect", 2, [.i32], [.coreType, .table]),
    0x28: Form("thread.resume-later", 1), 0x29: Form("thread.suspend", 0, [.i32], [.flag]),
    0x2a: Form("thread.suspend-then-resume", 1, [.i32], [.flag]),
    0x2b: Form("thread.yield-then-resume", 1, [.i32], [.flag]),
    0x2c: Form("thread.suspend-then-promote", 1, [.i32], [.flag]),
    0x2d: Form("thread.yield-then-promote", 1, [.i32], [.flag]),
  ]

  /// The name of the function with this code; `nil` when there is none.
  static func name(_ code: UInt8) -> String? {
    code == 0x07 ? nil : forms[code]?.name
  }

  /// Reads what follows the code.
  static func read(_ code: UInt8, _ decoder: inout ComponentDecoder) throws(ComponentError) -> AsynchronousBuiltIn? {
    guard let form = forms[code] else { return nil }
    var builtIn = AsynchronousBuiltIn(
      name: form.name, coreType: CoreFunctionType(parameters: form.parameters, results: form.results))
    for immediate in form.immediates {
      switch immediate {
      case .flag: _ = try decoder.reader.flag("a flag of `\(form.name)`")
      case .type: builtIn.types.append(try decoder.reader.u32("a type index"))
      case .options:
        let options = try decoder.canonicalOptions()
        if let memory = options.memory { builtIn.memories.append(memory) }
      case .memory: builtIn.memories.append(try decoder.reader.u32("a memory index"))
      case .coreType: builtIn.coreTypes.append(try decoder.reader.u32("a core type index"))
      case .table: builtIn.tables.append(try decoder.reader.u32("a table index"))
      case .resultList:
        // Its parameters are the flattened result.
        builtIn.coreType = nil
        builtIn.result = try decoder.resultList()
        if case .index(let index) = builtIn.result { builtIn.types.append(index) }
      case .slot:
        let offset = decoder.reader.position
        let type = try decoder.reader.byte("a core value type")
        let slot = try decoder.reader.u32("a slot's number")
        guard type == CoreValueType.i32.rawValue, slot < 2 else {
          throw ComponentError(offset: offset, "`\(form.name)` needs i32, and slot 0 or 1")
        }
        builtIn.name += "-\(slot)"
      }
    }
    return builtIn
  }
}
