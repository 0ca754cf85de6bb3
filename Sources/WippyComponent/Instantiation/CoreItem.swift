import WippyEngine

/// A core definition of a plan: where it comes from when an instance is made.
enum CoreItem: Hashable, Sendable {
  /// An export of the instance that step number `step` makes.
  case export(step: Int, name: String)
  /// A function of the host.
  case host(LinkedFunction)
  /// A function that only an adapter module can provide, because it runs guest code on its way.
  case adapted(AdaptedFunction)

  /// Tells it apart from all others: a key that costs a start nothing, where a type of keys more costs 0.1 ms.
  var key: String {
    switch self {
    case .export(let step, let name): "\(step) \(name)"
    case .host(let function): "host \(function.name)"
    case .adapted(let function): "adapted \(function.number)"
    }
  }
}

/// A host function in the form in which a core module can import it.
///
/// `instance` is the number of the component instance whose function it is.
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
  /// The parts of the adapters of exports: the next call of a function of that type is wanted, `realloc` has returned,
  /// the function has returned and may have a post-return function, which has returned.
  case begin(CoreFunctionType)
  case granted(CoreFunctionType)
  case returned(CoreFunctionType, isLast: Bool)
  case finished
  case resourceNew(ResourceType, instance: Int)
  case resourceRep(ResourceType, instance: Int)
  case resourceDrop(ResourceType, instance: Int)
  /// Removes a handle and returns the representation to destroy, or -1.
  case resourceRemove(ResourceType, instance: Int)
  /// Traps with the text of a `CallViolation`.
  case violation
  /// The beginning and the end of a call with borrowed handles.
  case enterScope
  case exitScope
  /// Gives or lends a handle to another component.
  case transfer(ResourceType, isOwned: Bool, from: Int, to: Int)
  /// A function of the asynchronous component model: traps with its name, but for those that need no tasks.
  case unsupported(String, CoreFunctionType, instance: Int)
  /// Copies a string between two memories; see `GuestPlan.memoryPairs`.
  case transcode(Transcoding, memories: Int)

  /// Its name in the linker.
  var name: String {
    switch self {
    case .immediate(let index): "immediate-\(index)"
    case .start(let index): "start-\(index)"
    case .wait: "wait"
    case .fail: "fail"
    case .allocated: "allocated"
    case .result(let type): "result-\(type.rawValue)"
    case .begin(let type): "begin-\(type.text)"
    case .granted(let type): "granted-\(type.text)"
    case .returned(let type, let isLast): "returned-\(type.text)-\(isLast)"
    case .finished: "finished"
    case .resourceNew(let type, let instance): "new-\(type.serial)-\(instance)"
    case .resourceRep(let type, let instance): "rep-\(type.serial)-\(instance)"
    case .resourceDrop(let type, let instance): "drop-\(type.serial)-\(instance)"
    case .resourceRemove(let type, let instance): "remove-\(type.serial)-\(instance)"
    case .violation: "violation"
    case .enterScope: "enter-scope"
    case .exitScope: "exit-scope"
    case .transfer(let type, let isOwned, let from, let to):
      "\(isOwned ? "give" : "lend")-\(type.serial)-\(from)-\(to)"
    case .unsupported(let name, let type, let instance): "unsupported-\(name)-\(type.text)-\(instance)"
    case .transcode(let transcoding, let memories): "\(transcoding.rawValue)-\(memories)"
    }
  }
}

/// What an adapter module provides, by its number in the planner's lists.
enum AdaptedFunction: Hashable, Sendable {
  /// A resumable import.
  case `import`(Int)
  /// The drop of a guest-defined resource that has a destructor.
  case drop(Int)
  /// A function of another component.
  case call(Int)

  /// Imports first, then drops, then calls, each by their number.
  var number: UInt64 {
    switch self {
    case .import(let index): UInt64(index)
    case .drop(let index): 1 << 32 + UInt64(index)
    case .call(let index): 2 << 32 + UInt64(index)
    }
  }
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
