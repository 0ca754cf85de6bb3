import Synchronization
import WippyEngine

/// An export with its core items found by number, for the guests of one engine.
package final class BoundExport: Sendable {
  package let planned: PlannedExport
  let function: BoundGuest.CoreSource
  let realloc: BoundGuest.CoreSource?
  let postReturn: BoundGuest.CoreSource?
  /// The number of its memory among the memories of the guest.
  let memory: Int?
  /// The component instances that a call of the host's enters.
  let entered: [Int]
  /// Whether borrowed handles are among the arguments.
  let lends: Bool
  /// Whether the arguments may need memory of the guest's.
  let needsAllocation: Bool
  /// Whether an adapter can make all the calls that it takes.
  let canHaveAdapter: Bool
  /// The core types of the parameters, where all of them are integers: those need nothing else.
  let integerParameters: [CoreValueType]?
  /// Present when a call needs nothing but numbers and texts.
  let plain: PlainSignature?
  /// Its parts that a call looks at: how many parameters, which of them are texts, and what is left to do then.
  let plainParameters: (count: Int, texts: UInt32)
  let plainCall: PlainCall
  private let demand = Mutex(ExportDemand())

  init(
    _ planned: PlannedExport, memory: Int?, entered: [Int],
    find: (CoreItem) throws(GuestLoadError) -> BoundGuest.CoreSource
  ) throws(GuestLoadError) {
    self.planned = planned
    self.memory = memory
    self.entered = entered
    lends = planned.signature?.type.parameters.contains { $0.type.containsBorrow } ?? false
    needsAllocation =
      planned.signature.map { $0.spilledParameters != nil || $0.parameters.contains { $0.needsAllocation } } ?? false
    integerParameters = planned.signature.flatMap { signature -> [CoreValueType]? in
      guard signature.spilledParameters == nil else { return nil }
      let layouts = signature.parameters
      let isPlain = layouts.allSatisfy { if case .integer = $0.shape { true } else { false } }
      return isPlain ? layouts.map { $0.size == 8 ? .i64 : .i32 } : nil
    }
    let plain = PlainSignature(planned, memory: memory, entered: entered)
    self.plain = plain
    plainParameters = (plain?.count ?? 0, plain?.texts ?? 0)
    plainCall = PlainCall(result: plain?.result ?? .none, memory: memory)
    function = try find(planned.function)
    if let item = planned.realloc { realloc = try find(item) } else { realloc = nil }
    // What the host passes on are numbers.
    let numbers: [CoreValueType] = [.i32, .i64, .f32, .f64]
    let types = planned.coreType.parameters + planned.coreType.results
    canHaveAdapter = (!needsAllocation || planned.realloc != nil) && types.allSatisfy { numbers.contains($0) }
    if let item = planned.postReturn { postReturn = try find(item) } else { postReturn = nil }
  }

  /// Adds up calls, and gives the adapter once they are many. The first guest that asks then has it compiled.
  func adapter(calls: Int, of bound: BoundGuest) -> BoundExportAdapter? {
    demand.withLock { demand in
      demand.calls += calls
      if demand.adapter == nil, !demand.hasFailed, demand.calls >= ExportDemand.threshold {
        demand.adapter = bound.makeAdapter(of: self)
        demand.hasFailed = demand.adapter == nil
      }
      return demand.adapter
    }
  }
}

/// An import with its memory found by number. A class, because each of its calls refers to it.
final class BoundImport: Sendable {
  let planned: LinkedImport
  let memory: Int?
  /// Whether its adapter takes the result out of the last command.
  let returnsInCommand: Bool

  init(_ planned: LinkedImport, memory: Int?) {
    self.planned = planned
    self.memory = memory
    returnsInCommand = AdapterModule.returnsInCommand(planned.coreType)
  }
}

/// Numbers the memories that the imports and exports of a plan use, so that a call finds its own without a search.
struct MemoryNumbers {
  private(set) var sources: [BoundGuest.CoreSource] = []
  private var numbers: [String: Int] = [:]

  mutating func number(
    of item: CoreItem?, find: (CoreItem) throws(GuestLoadError) -> BoundGuest.CoreSource
  ) throws(GuestLoadError) -> Int? {
    guard let item else { return nil }
    // Nothing but an export can be a memory; `find` tells what else there is.
    guard case .export(let step, let name) = item else {
      sources.append(try find(item))
      return sources.count - 1
    }
    let key = "\(step) \(name)"
    if let known = numbers[key] { return known }
    sources.append(try find(item))
    numbers[key] = sources.count - 1
    return sources.count - 1
  }
}
