import ArgumentParser
import WippyRuntime

/// Which running `wippy run` is meant.
struct RunningOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The process number of the `wippy run`, where there are several.", valueName: "pid"))
  var runtime: Int32?

  func client(project: String?) throws(CommandFailure) -> ControlClient {
    try RunningCommands().client(process: runtime, project: project)
  }

  func processes(project: String?) throws(CommandFailure) -> ProcessTree {
    do {
      return ProcessTree(try client(project: project).ask("processes"))
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
