import CWasmtime

/// The type of something that a core module imports or exports.
package enum ModuleItemType: Hashable, Sendable {
  case function(CoreFunctionType)
  case memory(minimumBytes: UInt64, is64: Bool, shared: Bool)
  case table
  case global
  case other

  init(_ type: OpaquePointer?) {
    switch wasm_externtype_kind(type) {
    case 0:
      let function = wasm_externtype_as_functype_const(type)
      self = .function(
        CoreFunctionType(
          parameters: ModuleItemType.types(wasm_functype_params(function)),
          results: ModuleItemType.types(wasm_functype_results(function))))
    case 1: self = .global
    case 2: self = .table
    case 3:
      let memory = wasm_externtype_as_memorytype_const(type)
      let pages = wasmtime_memorytype_minimum(memory)
      self = .memory(
        minimumBytes: pages.multipliedReportingOverflow(by: wasmtime_memorytype_page_size(memory)).partialValue,
        is64: wasmtime_memorytype_is64(memory), shared: wasmtime_memorytype_isshared(memory))
    default: self = .other
    }
  }

  private static func types(_ vector: UnsafePointer<wasm_valtype_vec_t>?) -> [CoreValueType] {
    guard let vector = vector?.pointee else { return [] }
    return (0..<vector.size).map { CoreValueType(kind: wasm_valtype_kind(vector.data[$0])) }
  }
}

/// One import of a core module.
package struct ModuleImport: Hashable, Sendable {
  package let module: String
  package let name: String
  package let type: ModuleItemType

  init(_ type: OpaquePointer?) {
    module = String(wasmName: wasm_importtype_module(type))
    name = String(wasmName: wasm_importtype_name(type))
    self.type = ModuleItemType(wasm_importtype_type(type))
  }
}

/// One export of a core module.
package struct ModuleExport: Hashable, Sendable {
  /// Its place among the exports.
  package let index: Int
  package let name: String
  package let type: ModuleItemType

  init(index: Int, _ type: OpaquePointer?) {
    self.index = index
    name = String(wasmName: wasm_exporttype_name(type))
    self.type = ModuleItemType(wasm_exporttype_type(type))
  }
}

extension String {
  /// Copies a name of the C API.
  init(wasmName name: UnsafePointer<wasm_byte_vec_t>?) {
    guard let name, let data = name.pointee.data else {
      self = ""
      return
    }
    self = String(decoding: UnsafeBufferPointer(start: data, count: name.pointee.size), as: UTF8.self)
  }
}
