/// Numbers and columns for the terminal.
enum Text {
  /// Three significant digits, or all of a large number's integer part.
  static func number(_ value: Double) -> String {
    let size = value.magnitude
    let digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int64((size * scale).rounded())
    let whole = scaled / Int64(scale)
    let sign = value < 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = String(scaled % Int64(scale))
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }

  static func table(_ rows: [Row]) -> String {
    let head = ["name", "unit", "ours", "reference", "ratio", "limit", ""]
    let lines =
      [head]
      + rows.map { row in
        [
          row.name, row.unit, number(row.ours), row.reference.map(number) ?? "-", row.ratio.map(number) ?? "-",
          row.limitText,
          row.note,
        ]
      }
    let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      var text = ""
      for (column, cell) in line.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        text += (2...4).contains(column) ? padding + cell : cell + padding
        text += "  "
      }
      while text.last == " " { text.removeLast() }
      return text
    }.joined(separator: "\n")
  }
}
