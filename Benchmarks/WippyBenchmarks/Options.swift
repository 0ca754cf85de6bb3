/// The command line of the benchmarks.
struct Options {
  var guests = "Guests"
  var python: String?
  /// The command to start, and the reference's.
  var wippy: String?
  var wasmtime: String?
  var json: String?
  /// Only these rows; empty for all.
  var only: [String] = []
  var samples = 20
  var sleepers: Int?
  var cycles: Int?
  var chain: Int?
  var wakes: Int?
  var echoes: Int?
  var files: Int?

  static let usage = """
    usage: WippyBenchmarks [--guests DIR] [--python FILE] [--wippy FILE --wasmtime FILE] [--json FILE]
                           [--only ROW,...] [--samples N] [--sleepers N] [--cycles N]
                           [--chain N] [--wakes N] [--echoes N] [--files N]
    """

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func number(_ text: String, _ name: String) throws -> Int {
      guard let number = Int(text), number > 0 else {
        throw BenchmarkError("\(name): `\(text)` is no positive number")
      }
      return number
    }
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else {
        throw BenchmarkError("\(name) needs a value\n\(Options.usage)")
      }
      switch name {
      case "--guests": guests = value
      case "--python": python = value
      case "--wippy": wippy = value
      case "--wasmtime": wasmtime = value
      case "--json": json = value
      case "--only": only = value.split(separator: ",").map(String.init)
      case "--samples": samples = max(10, try number(value, name))
      case "--sleepers": sleepers = try number(value, name)
      case "--cycles": cycles = try number(value, name)
      case "--chain": chain = try number(value, name)
      case "--wakes": wakes = try number(value, name)
      case "--echoes": echoes = try number(value, name)
      case "--files": files = try number(value, name)
      default: throw BenchmarkError("unknown option \(name)\n\(Options.usage)")
      }
    }
  }

  func wants(_ row: String) -> Bool {
    only.isEmpty || only.contains(row) || row == "cold-start-python" && only.contains("rss-python")
  }
}
