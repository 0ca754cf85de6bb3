/// Checks that are not timings.
struct Checks {
  let options: Options
  func run() throws -> Bool { true }
}
