/// Gives a core module's start function a name instead of running it within the instantiation.
///
/// A host function that the start function calls wants the module's memory, and the engine tells nobody of an instance
/// that is not complete. Called right after the instantiation, the function finds the same state, and can be preempted
/// and suspended like any other.
enum StartExport {
  /// - Returns: The module without its start section, and the new export's name; `nil` when it has no start function, or
  ///   no exports beside which to put it.
  static func rewrite(
    _ bytes: UnsafeRawBufferPointer, _ summary: CoreModuleSummary
  ) throws(ComponentError) -> (module: [UInt8], name: String)? {
    guard let function = summary.startFunction, !summary.exports.isEmpty else { return nil }
    let taken = Set(summary.exports.map(\.name))
    var name = "wippy:start"
    while taken.contains(name) { name += "'" }
    var module = Array(bytes.prefix(8))
    var reader = BinaryReader(bytes, range: 8..<bytes.count)
    while !reader.isAtEnd {
      let begin = reader.position
      let id = try reader.byte("a section's id")
      let outer = try reader.openSection("a section")
      let body = reader.position..<reader.end
      if id == exports {
        let count = try reader.u32("the number of exports")
        let entries = bytes[reader.position..<body.upperBound]
        let content =
          LEB128.unsigned(UInt64(count) + 1) + entries + LEB128.unsigned(UInt64(name.utf8.count)) + Array(name.utf8)
          + [0x00] + LEB128.unsigned(UInt64(function))
        module += [exports] + LEB128.unsigned(UInt64(content.count)) + content
      } else if id != start {
        module += bytes[begin..<body.upperBound]
      }
      try reader.skip(body.upperBound - reader.position, "a section")
      try reader.closeSection(outer: outer, "a section")
    }
    return (module, name)
  }

  private static let exports: UInt8 = 7
  private static let start: UInt8 = 8
}
