/// A component, or core module, that cannot be read, linked or run as it is.
package struct ComponentError: Error, Hashable {
  /// Bytes from the start of the file, where the error has a place.
  package var offset: Int?
  package var message: String

  package init(offset: Int? = nil, _ message: String) {
    self.offset = offset
    self.message = message
  }
}
