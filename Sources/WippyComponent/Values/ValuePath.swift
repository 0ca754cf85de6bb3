/// The way from a value to the part of it that an error is about: `[2].tags[0]`.
///
/// Indices count from 0, as in JSON paths and WIT. (Arguments count from 1: `argument 1`.)
package struct ValuePath: Hashable, Sendable {
  package enum Element: Hashable, Sendable {
    /// An element of a list or tuple, counted from 0.
    case index(Int)
    /// A field of a record, or the payload of a case.
    case name(String)
  }

  package private(set) var elements: [Element]

  package init(_ elements: [Element] = []) {
    self.elements = elements
  }

  package var isEmpty: Bool { elements.isEmpty }

  /// Puts `element` before the path: conversions find their place on the way out, so that a value without
  /// errors pays nothing for it.
  mutating func prepend(_ element: Element) {
    elements.insert(element, at: 0)
  }

  mutating func prepend(_ path: ValuePath) {
    elements.insert(contentsOf: path.elements, at: 0)
  }
}

extension ValuePath: CustomStringConvertible {
  package var description: String {
    var text = ""
    for element in elements {
      switch element {
      case .index(let index): text += "[\(index)]"
      case .name(let name): text += text.isEmpty ? name : ".\(name)"
      }
    }
    return text
  }
}
