import ArgumentParser
import WippyComponent
import WippyCore
import WippyEngine

/// `wippy version`
struct VersionCommand: ParsableCommand {
  static let number = "0.1.0"
  static let text = "wippy \(number) (wasmtime \(EngineVersion.text))"

  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Prints the version, and the engine's.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    guard common.json else { return try StandardOutput.write(Self.text + "\n") }
    try StandardOutput.write(
      json: .table([.init("wippy", .string(Self.number)), .init("wasmtime", .string(EngineVersion.text))]))
  }
}
