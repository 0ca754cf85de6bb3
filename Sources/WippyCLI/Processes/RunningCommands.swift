import WippyCore
import WippyRegistry
import WippyRuntime

/// Finds the running `wippy run` that `ps`, `top` and `kill` ask.
struct RunningCommands {
  let directory: ControlDirectory

  init() {
    directory = ControlDirectory(environment: currentEnvironment())
  }

  /// The one to ask.
  ///
  /// - Parameters:
  ///   - process: `--runtime`: its process number.
  ///   - project: `-C`: the directory of its project.
  func client(process: Int32?, project: String?) throws(CommandFailure) -> ControlClient {
    let running = directory.commands()
    if let process {
      guard running.contains(process) else {
        throw CommandFailure("`--runtime \(process)`: \(Self.nobody(running))")
      }
      return ControlClient(directory, process: process)
    }
    var candidates: [(process: Int32, project: String)] = []
    let wanted = try project.map(root)
    for process in running {
      guard let hello = try? ControlClient(directory, process: process).ask("hello") else { continue }
      let root = if case .string(let root)? = hello["project"] { root } else { "no project" }
      if let wanted, wanted != root { continue }
      candidates.append((process, root))
    }
    guard let first = candidates.first else {
      throw CommandFailure(
        wanted.map { "no `wippy run` of the project \($0) is running: \(Self.nobody(running))" }
          ?? "no `wippy run` is running (looked in \(directory.path)): start the project with `wippy run`")
    }
    guard candidates.count == 1 else {
      let list = candidates.map { "  --runtime \($0.process)   \($0.project)" }.joined(separator: "\n")
      throw CommandFailure("several `wippy run` are running: choose one\n\(list)")
    }
    return ControlClient(directory, process: first.process)
  }

  private func root(_ directory: String) throws(CommandFailure) -> String {
    do {
      return try Project.locate(explicit: directory).root
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  private static func nobody(_ running: [Int32]) -> String {
    running.isEmpty
      ? "none is running"
      : "these are running: \(running.map { "\($0)" }.joined(separator: ", "))"
  }
}
