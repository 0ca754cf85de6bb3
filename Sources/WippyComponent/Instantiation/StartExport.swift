import WippyEngine

/// Gives a core module's start function a name instead of running it within the instantiation.
///
/// A host function that the start function calls wants the module's memory, and the engine tells nobody of an instance
/// that is not complete. Called right after the instantiation, the function finds the same state, and can be preempted
/// and suspended like any other.
struct StartExport {
  let function: UInt32
  /// A name that no export of the module has.
  let name: String

  /// `nil` when the module has no start function, or none that calls the host.
  init?(_ summary: CoreModuleSummary) {
    guard let function = summary.startFunction, !summary.imports.isEmpty, !summary.exports.isEmpty else { return nil }
    self.function = function
    let taken = Set(summary.exports.map(\.name))
    var name = "wippy:start"
    while taken.contains(name) { name += "'" }
    self.name = name
  }

  /// What the summary of the rewritten module is.
  func rewritten(_ summary: CoreModuleSummary) -> CoreModuleSummary {
    var summary = summary
    summary.startFunction = nil
    summary.exports.append(
      .init(name: name, index: function, type: .function(CoreFunctionType(parameters: [], results: []))))
    return summary
  }

  /// The module without its start section, and with the export behind its own ones.
  func rewritten(_ bytes: UnsafeRawBufferPointer) throws(ComponentError) -> [UInt8] {
    var module = Array(bytes.prefix(8))
    module.reserveCapacity(bytes.count + name.utf8.count + 16)
    var reader = BinaryReader(bytes, range: 8..<bytes.count)
    while !reader.isAtEnd {
      let begin = reader.position
      let id = try reader.byte("a section's id")
      let outer = try reader.openSection("a section")
      let end = reader.end
      switch id {
      case StartExport.exportSection:
        let count = try reader.u32("the number of exports")
        var content = LEB128.unsigned(UInt64(count) + 1)
        content += bytes[reader.position..<end]
        content += LEB128.unsigned(UInt64(name.utf8.count))
        content += name.utf8
        content += [0x00] + LEB128.unsigned(UInt64(function))
        module += [id] + LEB128.unsigned(UInt64(content.count)) + content
      case StartExport.startSection: break
      default: module += bytes[begin..<end]
      }
      reader.skipSection(outer: outer)
    }
    return module
  }

  private static let exportSection: UInt8 = 7
  private static let startSection: UInt8 = 8
}
