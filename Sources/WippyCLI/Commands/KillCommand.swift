import ArgumentParser
import WippyCore
import WippyRuntime

/// `wippy kill`
struct KillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill", abstract: "Asks a process of a running `wippy run` to stop; with -9 ends it.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var running: RunningOptions

  @Flag(name: .customShort("9"), help: "End it without asking.")
  var terminate = false

  @Argument(help: ArgumentHelp("A PID, with or without its braces, its number, or a registered name."))
  var pid: String

  func run() throws {
    let client = try running.client(project: common.project)
    let reply: Value
    do throws(RuntimeError) {
      reply = try client.ask(terminate ? "terminate" : "cancel", [.init("pid", .string(pid))])
    } catch {
      throw CommandFailure("\(error): `wippy ps` lists the processes")
    }
    if common.json { return try StandardOutput.write(json: reply) }
    guard case .string(let text)? = reply["pid"] else { return }
    try StandardOutput.write("\(text) \(terminate ? "is ended" : "is asked to stop")\n")
  }
}
