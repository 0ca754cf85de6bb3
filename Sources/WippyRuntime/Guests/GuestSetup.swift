import Logging
import WippyComponent
import WippyCore
import WippyLua
import WippyRegistry
import WippyWASI

/// What a process of an entry finds around it: resolved at every start, made when its guest has something to call.
final class GuestSetup: Sendable {
  private let loaded: LoadedEntry
  private let arguments: [String]
  private let variables: [GuestEnvironment.Variable]
  private let mounts: [Mount]
  private let streams: ProcessStreams
  private let logger: Logger
  private let http: HTTPWork

  /// - Parameter arguments: What follows the program's name.
  /// - Throws: When a required variable has no value, or a filesystem cannot be given.
  init(
    _ loaded: LoadedEntry, arguments: [String], resolver: EnvironmentResolver?, registry: Registry?,
    streams: ProcessStreams, logger: Logger, http: HTTPWork
  ) throws(RuntimeError) {
    var variables = loaded.extraEnvironment.map { GuestEnvironment.Variable($0.name, $0.value) }
    for variable in loaded.wasi.environment {
      let value: String?
      do {
        value = try resolver?.value(of: variable.id)
      } catch {
        throw .entry(loaded.problem(at: variable.path, "\(error)"))
      }
      if let value {
        variables.append(GuestEnvironment.Variable(variable.name, value))
      } else if variable.isRequired {
        throw .entry(
          loaded.problem(
            at: variable.path,
            "the required variable \(variable.id) has no value: give it one in its storage, or a `default`"))
      }
    }
    self.loaded = loaded
    self.arguments = arguments
    self.variables = variables
    mounts = try MountPoints(loaded, registry: registry).open()
    self.streams = streams
    self.logger = logger
    self.http = http
  }

  /// - Parameter isKept: Whether the guest may go on to other processes.
  func services(_ context: any ProcessContext, isKept: Bool = false) -> WASIState {
    let owner = isKept ? GuestOwner(context.pid) : nil
    var environment = environment(context, streams: streams.streams(of: context, owner: owner))
    environment.owner = owner
    // The context is retained until the program is closed: an operation may complete while that happens.
    return WASIState(configuration: environment, reactor: context.reactor) { context.wake() }
  }

  /// Gives the state of a guest that has served others the surroundings of this process.
  func enter(_ services: any GuestServices, _ context: any ProcessContext) {
    guard let state = services as? WASIState else { return }
    state.environment.owner?.pid = context.pid
    state.enter(environment(context, streams: .null)) { context.wake() }
  }

  private func environment(_ context: any ProcessContext, streams: StandardStreams) -> GuestEnvironment {
    let (pid, entry) = (context.pid, context.entry)
    let report: @Sendable (NetworkDenial) -> Void = { [logger, isBareFile = loaded.entry == nil] denial in
      denial.log(logger, pid: pid, entry: entry, isBareFile: isBareFile)
    }
    var environment = GuestEnvironment(
      programName: loaded.guest.name, arguments: arguments, variables: variables,
      workingDirectory: loaded.wasi.workingDirectory, standardStreams: streams,
      network: NetworkPolicy(loaded.wasi.allow), reportDenial: report)
    environment.mounts = mounts
    environment.http = HTTPAccess(
      client: { [http] in http.client }, policy: environment.network, inherited: context.inherited, report: report)
    if loaded.entry != nil { environment.functions = Self.functions(context) }
    return environment
  }
}

extension GuestSetup {
  private static func functions(_ context: any ProcessContext) -> FunctionAccess {
    let (pid, namespace) = (context.pid, context.entry.namespace)
    let (system, inherited) = (context.system, context.inherited)
    return FunctionAccess(
      call: { target, argument, completion in
        guard let id = EntryID(target, in: namespace) else {
          completion(.failure(RequestFailure("\"\(target.prefix(80))\" is no id of a function", kind: .invalid)))
          return nil
        }
        let request = CallRequest(entry: id, arguments: [argument], caller: pid, inheritance: inherited)
        return system.call(request) { result in
          completion(
            result.flatMap { reason in
              if case .normal(let value) = reason { return .success(value) }
              return .failure(RequestFailure(ended: reason))
            })
        }
      }, cancel: { system.cancelCall($0) })
  }
}

extension RequestFailure {
  /// Of a function that has not returned a value.
  init(ended reason: ExitReason) {
    let error = LuaErrorValue(reason)
    self.init(
      error?.message ?? reason.description, kind: error.flatMap { ErrorKind(rawValue: $0.kind) } ?? .internal,
      retryable: error?.retryable ?? false, reason: reason)
  }
}

extension WASIState: GuestServices {}

extension CapabilityGrants {
  /// What an entry's `imports` grant.
  init(_ grants: [ImportGrant]) {
    self.init(granted: Set(grants.flatMap(\.interfaces)), groups: CapabilityGrants.groupsByInterface)
  }

  /// What a bare file gets: everything but what reaches the network.
  static let bareFile = CapabilityGrants(
    granted: Set(
      ImportGroups.all.filter { !["wasi:http", "wasi:sockets"].contains($0.name) }.flatMap(\.interfaces)),
    groups: groupsByInterface)

  /// The same with what `--allow` names addresses for.
  var withNetwork: CapabilityGrants {
    let network = ImportGroups.all.filter { ["wasi:http", "wasi:sockets"].contains($0.name) }.flatMap(\.interfaces)
    return CapabilityGrants(granted: granted.union(network), groups: groups)
  }

  /// The same with what a component needs that answers requests, and sends some.
  var withHTTP: CapabilityGrants {
    CapabilityGrants(granted: granted.union(["wasi:http/types", "wasi:http/outgoing-handler"]), groups: groups)
  }

  /// The same with what a component needs that answers requests.
  var withHTTPTypes: CapabilityGrants {
    CapabilityGrants(granted: granted.union(["wasi:http/types"]), groups: groups)
  }

  static let all = CapabilityGrants(granted: Set(ImportGroups.all.flatMap(\.interfaces)), groups: groupsByInterface)

  private static let groupsByInterface: [String: String] = {
    var groups: [String: String] = [:]
    for group in ImportGroups.all {
      for interface in group.interfaces where groups[interface] == nil { groups[interface] = group.name }
    }
    return groups
  }()
}
