import WippyEngine

/// A core definition of a plan: where it comes from when an instance is made.
enum CoreItem: Hashable, Sendable {
  /// An export of the instance that step number `step` makes.
  case export(step: Int, name: String)
  /// A function of the host.
  case host(LinkedFunction)
  /// A function that only an adapter module can provide, because it runs guest code on its way.
  case adapted(AdaptedFunction)
}

/// A host function in the form in which a core module can import it.
enum LinkedFunction: Hashable, Sendable {
  /// An immediate import.
  case immediate(import: Int)
  /// The beginning of a resumable import: takes its arguments, returns a command.
  case start(import: Int)
  /// The parts that all adapters share.
  case wait
  /// Traps with the fault that ended a wait.
  case fail
  case allocated
  case result(CoreValueType)
  case resourceNew(ResourceType)
  case resourceRep(ResourceType)
  case resourceDrop(ResourceType)
  /// Removes a handle and returns the representation to destroy, or -1.
  case resourceRemove(ResourceType)

  /// Its name in the linker.
  var name: String {
    switch self {
    case .immediate(let index): "immediate-\(index)"
    case .start(let index): "start-\(index)"
    case .wait: "wait"
    case .fail: "fail"
    case .allocated: "allocated"
    case .result(let type): "result-\(type)"
    case .resourceNew(let type): "new-\(type.serial)"
    case .resourceRep(let type): "rep-\(type.serial)"
    case .resourceDrop(let type): "drop-\(type.serial)"
    case .resourceRemove(let type): "remove-\(type.serial)"
    }
  }
}

/// What an adapter module provides.
enum AdaptedFunction: Hashable, Sendable {
  /// A resumable import.
  case `import`(Int)
  /// The drop of a guest-defined resource that has a destructor.
  case drop(ResourceType)
}

/// What a core module is given under one module name.
enum CoreNamespace: Sendable {
  case instance(step: Int)
  case bundle([String: CoreItem])

  func item(_ name: String) -> CoreItem? {
    switch self {
    case .instance(let step): .export(step: step, name: name)
    case .bundle(let items): items[name]
    }
  }
}
