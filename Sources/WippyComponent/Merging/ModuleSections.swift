/// Where the sections of a core module stand.
struct ModuleSections {
  let bytes: UnsafeRawBufferPointer
  private var places: [Range<Int>?] = Array(repeating: nil, count: 14)
  /// The function names and whatever else is named.
  private(set) var names: Range<Int>?

  enum ID: Int {
    case custom, type, `import`, function, table, memory, global, export, start, element, code, data, dataCount, tag
  }

  init(_ bytes: UnsafeRawBufferPointer) throws(ComponentError) {
    self.bytes = bytes
    var reader = BinaryReader(bytes)
    try reader.skip(8, "the header")
    while !reader.isAtEnd {
      let id = Int(try reader.byte("a section's id"))
      let outer = try reader.openSection("a section")
      if id == 0 {
        if try reader.name("a section's name") == "name" { names = reader.position..<reader.end }
      } else {
        guard id < places.count, places[id] == nil else { throw reader.failure("a section is unknown") }
        places[id] = reader.position..<reader.end
      }
      reader.skipSection(outer: outer)
    }
  }

  /// The content of a section; empty where there is none.
  func reader(_ id: ID) -> BinaryReader { BinaryReader(bytes, range: places[id.rawValue] ?? 0..<0) }

  /// Reads the items of a section, which must be all of it.
  func each(
    _ id: ID, _ body: (inout BinaryReader) throws -> Void
  ) throws {
    guard places[id.rawValue] != nil else { return }
    var reader = reader(id)
    for _ in 0..<(try reader.count(of: "items")) { try body(&reader) }
    guard reader.isAtEnd else { throw reader.failure("a section has more than its items") }
  }

  /// The number of data segments as the section before the code tells it.
  func announcedDataCount() throws(ComponentError) -> UInt32? {
    guard places[ID.dataCount.rawValue] != nil else { return nil }
    var reader = reader(.dataCount)
    return try reader.u32("the number of data segments")
  }

  /// The number of items of a section.
  func count(_ id: ID) throws(ComponentError) -> Int {
    guard places[id.rawValue] != nil else { return 0 }
    var reader = reader(id)
    return try reader.count(of: "items")
  }
}
