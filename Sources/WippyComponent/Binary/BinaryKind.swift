/// What a file's first bytes say it is.
package enum BinaryKind: Hashable, Sendable {
  case coreModule
  case component
  case empty
  /// Starts like a WebAssembly binary, and ends before its eight-byte header does.
  case truncated
  /// A component or module of a version or layer that nobody here knows.
  case unsupported(version: UInt16, layer: UInt16)
  /// Looks like the WebAssembly text format.
  case text
  case other

  /// The header's eight bytes are enough; text is looked for in the first kilobyte.
  package static func detect(_ bytes: UnsafeRawBufferPointer) -> BinaryKind {
    let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6d]
    guard !bytes.isEmpty else { return .empty }
    let start = bytes.prefix(magic.count)
    guard start.elementsEqual(magic.prefix(start.count)) else {
      return looksLikeText(bytes) ? .text : .other
    }
    guard bytes.count >= 8 else { return .truncated }
    let version = UInt16(bytes[4]) | UInt16(bytes[5]) << 8
    let layer = UInt16(bytes[6]) | UInt16(bytes[7]) << 8
    switch (version, layer) {
    case (1, 0): return .coreModule
    case (0x0d, 1): return .component
    default: return .unsupported(version: version, layer: layer)
    }
  }

  package static func detect(_ bytes: [UInt8]) -> BinaryKind {
    bytes.withUnsafeBytes { detect($0) }
  }

  /// What the file is, as a clause for messages: "this is a core module".
  package var explanation: String {
    switch self {
    case .coreModule: "this is a core module"
    case .component: "this is a component"
    case .empty: "the file is empty"
    case .truncated: "the file ends within its eight-byte header: it was cut off"
    case .unsupported(let version, 0):
      "this is a core module of version \(version): only version 1 is supported"
    case .unsupported(let version, 1):
      "this is a component of the pre-release version \(version): only version 13 (0x0d) is supported, "
        + "rebuild it with current tools"
    case .unsupported(_, let layer):
      "this WebAssembly binary has the unknown layer \(layer): it is neither a core module nor a component"
    case .text:
      "this is WebAssembly text (.wat), not a binary: convert it with `wasm-tools parse`"
    case .other: "this is not a WebAssembly binary: it does not start with \"\\0asm\""
    }
  }

  /// Why a file of this kind cannot be loaded as a component; `nil` when it can.
  package var reasonNotComponent: String? {
    switch self {
    case .component: nil
    case .coreModule: "this is a core module, not a component"
    default: explanation
    }
  }

  /// Why a file of this kind cannot be loaded as a core module; `nil` when it can.
  package var reasonNotCoreModule: String? {
    switch self {
    case .coreModule: nil
    case .component: "this is a component, not a core module"
    default: explanation
    }
  }

  private static func looksLikeText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes.prefix(1024)
    if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
    rest = rest.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
    return rest.first == UInt8(ascii: "(") || rest.starts(with: [UInt8(ascii: ";"), UInt8(ascii: ";")])
  }
}
