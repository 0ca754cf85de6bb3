import ArgumentParser
import Glibc

/// `wippy top`
struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Watches the processes of a running `wippy run`; Ctrl-C ends it.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var running: RunningOptions

  @Option(help: ArgumentHelp("Seconds between two looks.", valueName: "seconds"))
  var interval = 1.0

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Look this often, then end.", valueName: "number"))
  var count: Int?

  func run() throws {
    guard interval >= 0.05, interval <= 3600 else {
      throw CommandFailure.usage("`--interval \(interval)`: give 0.05 to 3600 seconds")
    }
    let isTerminal = Terminal.isTerminal(STDOUT_FILENO)
    var left = count ?? Int.max
    while left > 0 {
      let tree = try running.processes(project: common.project)
      let rows = isTerminal ? Terminal.rows(STDOUT_FILENO).map { max(1, $0 - 3) } : nil
      var text = isTerminal ? "\u{1b}[H\u{1b}[2J" : ""
      text += "\(counted(tree.count, "process", "processes"))\n"
      text += tree.text(sortedByCPU: true, limit: rows)
      try StandardOutput.write(text)
      left -= 1
      if left > 0 { usleep(UInt32(interval * 1_000_000)) }
    }
  }
}
