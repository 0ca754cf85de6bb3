import WippyCore

/// Which entries `registry.find` finds.
///
/// `kind`, `.kind`, `id`, `.id`, `.ns` and `.name` are the entry's own; `meta.key`, `meta = {key = ...}` and any other name
/// are its metadata's. A value fits when it is the same, or one of a list's; a string with `*` is a pattern.
enum RegistryFilter {
  static func matches(_ entry: Value, _ filter: [Value.Field]) -> Bool {
    filter.allSatisfy { matches(entry, $0) }
  }

  private static func matches(_ entry: Value, _ field: Value.Field) -> Bool {
    switch field.key {
    case "kind", ".kind": return fits(entry["kind"], field.value)
    case "id", ".id": return fits(entry["id"], field.value)
    case ".ns", ".name":
      guard case .string(let text)? = entry["id"], let id = EntryID(text) else { return false }
      return fits(.string(field.key == ".ns" ? id.namespace : id.name), field.value)
    case "meta":
      guard case .table(let inner) = field.value else { return false }
      return inner.allSatisfy { fits(entry["meta"]?[$0.key], $0.value) }
    default:
      let path = (field.key.hasPrefix("meta.") ? field.key.dropFirst(5) : Substring(field.key))
        .split(separator: ".", omittingEmptySubsequences: false)
      return fits(path.reduce(entry["meta"]) { $0?[String($1)] }, field.value)
    }
  }

  private static func fits(_ value: Value?, _ wanted: Value) -> Bool {
    guard let value else { return false }
    if value == wanted { return true }
    if case .array(let values) = value { return values.contains { fits($0, wanted) } }
    if case .array(let choices) = wanted { return choices.contains { fits(value, $0) } }
    if case .string(let text) = value, case .string(let pattern) = wanted, pattern.utf8.contains(UInt8(ascii: "*")) {
      return matches(Array(text.utf8)[...], Array(pattern.utf8)[...])
    }
    return false
  }

  /// Whether `text` is the pattern's, in which `*` stands for any characters. Goes back to the last star only.
  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var (at, item) = (text.startIndex, pattern.startIndex)
    var star: (at: Int, item: Int)?
    while at < text.endIndex {
      if item < pattern.endIndex, pattern[item] == UInt8(ascii: "*") {
        star = (at, item + 1)
        item += 1
      } else if item < pattern.endIndex, pattern[item] == text[at] {
        at += 1
        item += 1
      } else if let last = star {
        star = (last.at + 1, last.item)
        (at, item) = (last.at + 1, last.item)
      } else {
        return false
      }
    }
    return pattern[item...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
