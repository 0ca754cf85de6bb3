/// The exit codes of `wippy`, as the documentation of the command line lists them.
enum ExitStatus {
  static let success: Int32 = 0
  static let failure: Int32 = 1
  static let usage: Int32 = 2
  static let time: Int32 = 124
  static let capability: Int32 = 126
  static let interrupted: Int32 = 130
  static let trap: Int32 = 134
  static let killed: Int32 = 137
  static let terminated: Int32 = 143
}
