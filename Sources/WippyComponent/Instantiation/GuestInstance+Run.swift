import WippyCore
import WippyEngine

/// What a run of a guest came to, before it is done or when it is.
package enum GuestProgress {
  /// Parked: it waits for its operation, or its slice was over.
  case suspended(waiting: Bool)
  /// The instantiation, or the lowering of the arguments, is done.
  case ready
  /// The function returned; `nil` when it has no result.
  case returned(Value?)
  case failed(GuestFailure)
}

/// Why a guest cannot go on.
package enum GuestFailure {
  /// It trapped, or broke the canonical ABI.
  case trap(Trap)
  /// The engine could not do what it was asked to: no room for the instance, a memory above its limit.
  case engine(String)
  /// A host function ended the process.
  case stopped(ExitReason)
}

extension GuestInstance {
  /// Goes on with the instantiation until it is done, fails or suspends.
  package func instantiate() -> GuestProgress {
    while true {
      if future != nil {
        guard poll() else { return .suspended(waiting: isWaiting) }
        future = nil
        startLinker = nil
        if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
        if case .running = startFunction {
          startFunction = .done
          return .ready
        }
        instances.append(operands.instantiated)
        adoptFlags()
        continue
      }
      guard instances.count < bound.steps.count else {
        sharedImports = nil
        guard case .before = startFunction, let start = bound.start else { return .ready }
        guard let function = item(start)?.function else { return .failed(missing("", "start")) }
        startFunction = .running
        future = CallFuture(calling: function, arguments: [], results: 0, in: context, operands: operands)
        continue
      }
      // Many instances take long together, and none of them can be interrupted.
      if instances.count > yieldedAt, instances.count % 16 == 0, host.epochMoved() == .yield {
        yieldedAt = instances.count
        return .suspended(waiting: false)
      }
      let step = bound.steps[instances.count]
      do throws(EngineFault) {
        switch (step.planned.summary.hasStart, step.template) {
        case (false, let template?):
          isInSynchronousCall = true
          defer { isInSynchronousCall = false }
          instances.append(try context.instantiate(template))
          adoptFlags()
        case (true, let template?):
          future = CallFuture(instantiating: template, in: context, operands: operands)
        case (false, nil):
          let imports = UnsafeMutableBufferPointer<Extern>.allocate(capacity: step.imports.count)
          defer { imports.deallocate() }
          if let place = lookUpImports(of: instances.count, into: imports) {
            return .failed(missing(step.imports[place].module, step.imports[place].name))
          }
          isInSynchronousCall = true
          defer { isInSynchronousCall = false }
          instances.append(try context.instantiate(step.module, imports: UnsafeBufferPointer(imports)))
          adoptFlags()
        case (true, nil):
          let linker = Linker(engine: bound.engine)
          linker.allowShadowing()
          for entry in step.imports {
            guard let item = item(entry.source) else { return .failed(missing(entry.module, entry.name)) }
            do throws(EngineError) {
              try linker.define(module: entry.module, name: entry.name, item, in: context)
            } catch {
              return .failed(.engine("\(error)"))
            }
          }
          future = CallFuture(instantiating: step.module, linker: linker, in: context, operands: operands)
          startLinker = LinkerHolder(linker)
        }
      } catch {
        return .failed(failure(of: error))
      }
    }
  }

  // MARK: Parts

  /// Finds what the module of a step imports; returns the place of an import that is not there.
  private func lookUpImports(of step: Int, into imports: UnsafeMutableBufferPointer<Extern>) -> Int? {
    let bound = bound
    let places = bound.importPlaces.places[step]
    if sharedImports == nil, bound.importPlaces.sharedCount > 0 {
      sharedImports = SharedImports(count: bound.importPlaces.sharedCount)
    }
    let known = sharedImports
    let span = places.span
    for index in span.indices {
      let place = span[index]
      if let shared = place.shared, let item = known?[shared] {
        imports.initializeElement(at: index, to: item)
        continue
      }
      let item: Extern? =
        if let step = place.step {
          step < instances.count ? context.export(place.index, named: place.name, of: instances[step]) : nil
        } else {
          bound.hostItem(place.name, in: context)
        }
      guard let item else { return index }
      if let shared = place.shared { known?[shared] = item }
      imports.initializeElement(at: index, to: item)
    }
    return nil
  }

  func failure(of fault: EngineFault) -> GuestFailure {
    if let stopReason { return .stopped(stopReason) }
    var fault = fault
    fault.trap.backtrace = bound.backtrace(of: fault)
    if let hostTrap { return .trap(Trap(message: hostTrap, backtrace: fault.trap.backtrace)) }
    return fault.isEngineError ? .engine(fault.trap.message) : .trap(fault.trap)
  }

  func violation(_ message: String) -> GuestFailure { .trap(Trap(message: message)) }

  func missing(_ module: String, _ name: String) -> GuestFailure {
    .engine("the item \(module.isEmpty ? "" : "\(module).")\(name) is not there")
  }
}

/// Keeps a linker while an instantiation uses it.
final class LinkerHolder {
  let linker: Linker

  init(_ linker: consuming Linker) {
    self.linker = linker
  }
}
