import WippyCore

/// What goes wrong at the engine's border. Each message says what, where, and what to do.
package enum EngineError: Error, Sendable, Hashable {
  /// A setting that libwasmtime would answer with an abort, or that makes no sense.
  case configuration(field: String, reason: String)
  /// The bytes are no module that this engine can compile.
  case compilation(message: String)
  /// The module and what it is given do not fit together, or the instance found no room.
  case instantiation(message: String)
  /// The cache of compiled code cannot be used.
  case cache(path: String, reason: String)
  /// The machine cannot hold another process.
  case exhausted(Exhaustion)
  /// The guest trapped.
  case trapped(Trap)
  /// The engine refused an operation, in its own words.
  case refused(operation: String, message: String)

  /// A bounded word for metrics and logs.
  package var label: String {
    switch self {
    case .configuration: "configuration"
    case .compilation: "compilation"
    case .instantiation: "instantiation"
    case .cache: "cache"
    case .exhausted: "exhausted"
    case .trapped: "trapped"
    case .refused: "refused"
    }
  }
}

extension EngineError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .configuration(let field, let reason): "engine setting `\(field)`: \(reason)"
    case .compilation(let message): "the module does not compile: \(message)"
    case .instantiation(let message): "the module cannot be instantiated: \(message)"
    case .cache(let path, let reason): "cache of compiled code \(path): \(reason)"
    case .exhausted(let exhaustion): exhaustion.description
    case .trapped(let trap): "the guest trapped: \(trap.message)"
    case .refused(let operation, let message): "\(operation): \(message)"
    }
  }
}
