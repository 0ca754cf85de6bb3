import WippyEngine

/// What a core module asks for and offers, read from its binary without the engine.
package struct CoreModuleSummary: Hashable, Sendable {
  /// The function types, by index; `nil` for types that plain functions of numbers, vectors, `funcref` and
  /// `externref` cannot express.
  package var types: [CoreFunctionType?] = []
  package var imports: [Import] = []
  package var exports: [Export] = []
  /// Those that the module defines itself; imported ones are among the imports.
  package var memories: [CoreLimits] = []
  /// Likewise.
  package var tables: [CoreLimits] = []
  /// The index of the function that runs when the module is instantiated.
  package var startFunction: UInt32?
  package var customSections: [String] = []

  package init() {}

  package var hasStart: Bool { startFunction != nil }

  package struct Import: Hashable, Sendable {
    package var module: String
    package var name: String
    package var type: CoreExternType
  }

  package struct Export: Hashable, Sendable {
    package var name: String
    package var index: UInt32
    package var type: CoreExternType
  }

  /// Reads the sections that say something about the module's outside; code and data are stepped over.
  ///
  /// Offsets in errors count from the start of the buffer.
  package static func scan(_ bytes: UnsafeRawBufferPointer) throws(ComponentError) -> CoreModuleSummary {
    try scan(bytes, range: 0..<bytes.count)
  }

  /// Scans the core module that stands at `range` of a file; offsets in errors count from the file's start.
  package static func scan(
    _ bytes: UnsafeRawBufferPointer, range: Range<Int>
  ) throws(ComponentError) -> CoreModuleSummary {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw ComponentError(offset: range.lowerBound, "the core module lies outside of the file")
    }
    var scanner = CoreModuleScanner(BinaryReader(bytes, range: range))
    return try scanner.scan()
  }

  package static func scan(_ bytes: [UInt8]) throws(ComponentError) -> CoreModuleSummary {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ComponentError) -> CoreModuleSummary in
      try scan(UnsafeRawBufferPointer(buffer))
    }
  }
}
