import Foundation
import WippyComponent
import WippyCore
import WippyEngine

/// Runs the commands of scripts, and counts what passes.
package final class ScriptRunner {
  package struct Failure: Sendable, CustomStringConvertible {
    package var line: Int
    package var command: String
    package var reason: String

    package init(line: Int, command: String, reason: String) {
      self.line = line
      self.command = command
      self.reason = reason
    }

    package var description: String { "line \(line): \(command): \(reason)" }
  }

  private let engine: Engine
  private let files: (String) throws -> [UInt8]
  /// Malformed text is for the parser of the text format to judge.
  private let acceptsText: (String) throws -> Bool
  private var definitions: [String: ScriptDefinition] = [:]
  private var instances: [String: ScriptGuest] = [:]
  private var registered: [String: ScriptGuest] = [:]
  private var latest: ScriptGuest?

  /// - Parameters:
  ///   - files: Gives the bytes of a file that a script names.
  ///   - acceptsText: Says whether a file is well-formed in the text format.
  package init(
    engine: Engine, files: @escaping (String) throws -> [UInt8] = { throw ScriptError("\($0) is not there") },
    acceptsText: @escaping (String) throws -> Bool = { _ in false }
  ) {
    self.engine = engine
    self.files = files
    self.acceptsText = acceptsText
  }

  /// Runs all commands; each of them passes or fails.
  package func run(_ script: Script) -> (passed: Int, failures: [Failure]) {
    var passed = 0
    var failures: [Failure] = []
    for command in script.commands {
      do {
        try run(command)
        passed += 1
      } catch {
        failures.append(Failure(line: command.line, command: command.type, reason: "\(error)"))
      }
    }
    return (passed, failures)
  }

  private func run(_ command: Script.Command) throws {
    switch command.type {
    case "module":
      latest = nil
      let definition = try ScriptDefinition(try bytes(of: command), engine: engine)
      if let name = command.name { definitions[name] = definition }
      let guest = try ScriptGuest(definition, engine: engine)
      if let name = command.name { instances[name] = guest }
      latest = guest
    case "module_definition":
      let bytes = try bytes(of: command)
      try ScriptDefinition.validate(bytes, engine: engine)
      // What only stands there to be valid may import anything; whether it has a plan shows at an instance of it.
      if let definition = try? ScriptDefinition(bytes, engine: engine) {
        definitions[command.name ?? ""] = definition
      }
    case "module_instance":
      latest = nil
      guard let definition = definitions[command.module ?? ""] else {
        throw ScriptError("there is no definition \(command.module ?? "")")
      }
      let guest = try ScriptGuest(definition, engine: engine)
      if let name = command.instance { instances[name] = guest }
      latest = guest
    case "register": registered[command.registered ?? ""] = try instance(command.name)
    case "action": _ = try invoke(try action(command))
    case "assert_return": try assertReturn(command)
    case "assert_trap", "assert_exhaustion": try assertTrap(command)
    case "assert_invalid", "assert_malformed": try assertRefused(command)
    case "assert_unlinkable", "assert_uninstantiable":
      let bytes = try bytes(of: command)
      try ScriptDefinition.validate(bytes, engine: engine)
      do {
        _ = try ScriptGuest(try ScriptDefinition(bytes, engine: engine), engine: engine)
      } catch {
        return
      }
      throw ScriptError("it can be instantiated; expected: \(command.text ?? "")")
    default: throw ScriptError("commands of this type are not known")
    }
  }

  // MARK: Assertions

  private func assertReturn(_ command: Script.Command) throws {
    let action = try action(command)
    let guest = try instance(action.module)
    let expected = try guest.expected(command.expected ?? [], of: action.field)
    let value = try invoke(action)
    guard ScriptRunner.matches(value, expected) else {
      throw ScriptError("`\(action.field)` returned \(shown(value)), expected \(shown(expected))")
    }
  }

  private func assertTrap(_ command: Script.Command) throws {
    do {
      if command.action == nil {
        // A module whose start function traps.
        _ = try ScriptGuest(try ScriptDefinition(try bytes(of: command), engine: engine), engine: engine)
      } else {
        let value = try invoke(try action(command))
        throw ScriptError("it returned \(shown(value)); expected a trap: \(command.text ?? "")")
      }
    } catch is ScriptTrap {
      return
    }
    throw ScriptError("it was instantiated; expected a trap: \(command.text ?? "")")
  }

  private func assertRefused(_ command: Script.Command) throws {
    if command.moduleType == "text" {
      guard try !acceptsText(command.filename ?? "") else {
        throw ScriptError("the text is well-formed; expected: \(command.text ?? "")")
      }
      return
    }
    let bytes = try bytes(of: command)
    do {
      try ScriptDefinition.validate(bytes, engine: engine)
    } catch {
      return
    }
    throw ScriptError("it is valid; expected: \(command.text ?? "")")
  }

  // MARK: Parts

  private func invoke(_ action: Script.Action) throws -> Value? {
    guard action.type == "invoke" else { throw ScriptError("actions of type \(action.type) are not known") }
    return try instance(action.module).call(action.field, action.args ?? [])
  }

  private func action(_ command: Script.Command) throws -> Script.Action {
    guard let action = command.action else { throw ScriptError("the command has no action") }
    return action
  }

  private func instance(_ name: String?) throws -> ScriptGuest {
    guard let guest = name.map({ instances[$0] ?? registered[$0] }) ?? latest else {
      throw ScriptError("there is no instance \(name ?? "")")
    }
    return guest
  }

  private func bytes(of command: Script.Command) throws -> [UInt8] {
    if let content = command.content { return [UInt8](content) }
    guard let file = command.filename else { throw ScriptError("the command has no module") }
    return try files(file)
  }

  private static func matches(_ value: Value?, _ expected: Value?) -> Bool {
    if case .float(let number)? = value, case .float(let other)? = expected, number.isNaN { return other.isNaN }
    return value == expected
  }

  private func shown(_ value: Value?) -> String { value.map { "\($0)" } ?? "nothing" }
}
