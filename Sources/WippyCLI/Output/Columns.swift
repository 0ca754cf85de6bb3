/// Rows of text in columns, each as wide as its widest cell.
struct Columns {
  var rows: [[String]] = []
  var indent = "  "
  var gap = "   "

  mutating func add(_ cells: String...) { rows.append(cells.map(TerminalText.line)) }

  /// One line for each row, without blanks at the ends of lines.
  var text: String {
    var widths: [Int] = []
    for row in rows {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], cell.count)
      }
    }
    return rows.map { row in
      var line = indent
      for (index, cell) in row.enumerated() {
        if index > 0 { line += gap }
        line += cell + String(repeating: " ", count: widths[index] - cell.count)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
