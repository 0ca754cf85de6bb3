import ArgumentParser
import WippyCore

/// `wippy doctor`
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks the installation and the limits of the machine.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    let findings = Installation.findings(common)
    if common.json {
      let list = findings.map { finding in
        Value.table([
          .init("name", .string(finding.name)), .init("state", .string(finding.state.rawValue)),
          .init("text", .string(finding.text)),
        ])
      }
      try StandardOutput.write(json: .array(list))
    } else {
      var columns = Columns(indent: "", gap: "  ")
      for finding in findings { columns.add(finding.state.rawValue, finding.name, finding.text) }
      try StandardOutput.write(columns.text)
    }
    if findings.contains(where: { $0.state == .failed }) { throw CommandFailure([]) }
  }
}
