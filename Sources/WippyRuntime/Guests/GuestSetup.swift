import Logging
import WippyComponent
import WippyCore
import WippyEngine
import WippyRegistry
import WippyWASI

package enum StandardStreams: Sendable { case log(Logger); case inherited }

struct GuestSetup: Sendable {
  init(_ loaded: LoadedEntry, arguments: [String], environment: EnvironmentResolver?, stdio: StandardStreams) throws(RuntimeError) {}
  func services(_ context: any ProcessContext) -> any GuestServices { NoServices() }
  static func provider(for entry: ProcessWasmEntry) -> any HostProvider { NoProvider() }
}
final class NoServices: GuestServices { var lastErrorOutput: String { "" } }
struct NoProvider: HostProvider {
  func function(interface: String, name: String, type: FunctionType) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .exit(.capability(DeniedCapability(interface: interface, function: name))) }
  }
  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    if name == "yield" { return .resumable { call throws(HostFault) in
      let op = Ready(); op.done = true
      return .wait(op) { _ in .done } } }
    return .immediate { _ throws(HostFault) in throw .exit(.capability(DeniedCapability(interface: module, function: name))) }
  }
}
final class Ready: PendingOperation, @unchecked Sendable { var done = false; var isComplete: Bool { done }; func cancel() {} }
