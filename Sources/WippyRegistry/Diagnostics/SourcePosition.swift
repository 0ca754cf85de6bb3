/// A place in a file of the project.
package struct SourcePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The file, relative to the project root where it lies below it.
  package var file: String
  /// Counts from 1.
  package var line: Int
  /// Counts from 1, in Unicode scalars.
  package var column: Int

  package init(file: String, line: Int = 1, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  package var description: String { "\(file):\(line):\(column)" }

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}
