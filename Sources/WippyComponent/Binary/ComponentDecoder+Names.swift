extension ComponentDecoder {
  /// The name of an import or export as it stands in the binary, with those attributes that restrict it.
  ///
  /// Attributes identify nothing, so that the syntax tree goes without them once they are checked.
  struct AttributedName {
    var text: String
    var offset: Int
    var implements: String?
    var versionSuffix: String?

    func check(isInstance: Bool) throws(ComponentError) {
      if let implements {
        guard isInstance else {
          throw ComponentError(offset: offset, "`\(text)` has an `implements` attribute and is no instance")
        }
        guard ExternName.isInterface(implements) else {
          throw ComponentError(
            offset: offset, "the `implements` attribute of `\(text)` is not an interface name: `\(implements)`")
        }
        guard !text.contains(":") else {
          throw ComponentError(
            offset: offset, "`\(text)` has an `implements` attribute, for which it must be a plain name")
        }
      }
      if let versionSuffix, !ExternName.isCompletedVersion(of: text, by: versionSuffix) {
        throw ComponentError(
          offset: offset, "`\(text)` and its version suffix `\(versionSuffix)` do not make a semantic version")
      }
    }
  }

  mutating func externName() throws(ComponentError) -> AttributedName {
    let offset = reader.position
    switch try reader.byte("the form of an import's or export's name") {
    case 0x00, 0x01:
      return AttributedName(text: try reader.name("the name of an import or export"), offset: offset)
    case 0x02:
      var name = AttributedName(text: try reader.name("the name of an import or export"), offset: offset)
      try attributes(of: &name)
      return name
    case let other:
      throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a form of names")
    }
  }

  private mutating func attributes(of name: inout AttributedName) throws(ComponentError) {
    var hasIdentifier = false
    for _ in 0..<(try reader.count(of: "attributes of a name", minimumSize: 2)) {
      let offset = reader.position
      let isRepeated: Bool
      switch try reader.byte("a name's attribute") {
      case 0x00:
        isRepeated = name.implements != nil
        name.implements = try reader.name("an `implements` attribute")
      case 0x01:
        isRepeated = name.versionSuffix != nil
        name.versionSuffix = try reader.name("a version suffix")
      case 0x02:
        isRepeated = hasIdentifier
        hasIdentifier = true
        _ = try reader.name("an `external-id` attribute")
      case let other:
        throw ComponentError(offset: offset, "\(hexadecimal(other)) is not an attribute of names")
      }
      if isRepeated {
        throw ComponentError(offset: offset, "`\(name.text)` has the same attribute twice")
      }
    }
  }
}
