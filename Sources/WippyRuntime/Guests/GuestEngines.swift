import Synchronization
import WippyComponent
import WippyCore
import WippyEngine
import WippyProcess

/// Finds an engine with room for a process, and has the guest's code ready in it.
final class GuestEngines: Sendable {
  private let tiers: EngineTiers
  private let cache: CodeCache
  private let reactor: any Reactor
  private let onCompilation: @Sendable (CompilationEvent) -> Void
  private let isTrimScheduled = Atomic<Bool>(false)

  init(
    cache: CodeCache, reactor: any Reactor, settings: TierPolicy.Settings = .init(),
    onCompilation: @escaping @Sendable (CompilationEvent) -> Void
  ) {
    self.cache = cache
    self.reactor = reactor
    self.onCompilation = onCompilation
    // Asked once: the policy keeps count of what its engines take.
    let machine = MachineLimits.current()
    let policy = TierPolicy(machine: machine, settings: settings)
    tiers = EngineTiers(policy: policy) { configuration throws(EngineError) in
      try EngineRoom(configuration, on: machine)
    }
  }

  /// A place for one process of `guest`. Give it back with `release`.
  struct Place: Sendable {
    let bound: BoundGuest
    fileprivate let lease: EngineTiers.Lease
  }

  func place(_ guest: LoadedGuest, memoryLimit: UInt64?) throws(GuestLoadError) -> Place {
    let demand = guest.size.demand(memoryLimit: memoryLimit)
    let lease: EngineTiers.Lease
    do {
      lease = try tiers.acquire(demand, now: reactor.now())
    } catch {
      throw .engine(error)
    }
    // The tiers have what the closure in `init` made.
    let room = unsafeDowncast(lease.engine, to: EngineRoom.self)
    do {
      let bound = try room.bound(guest) { source throws(EngineError) in
        try module(source, of: guest, room.engine)
      }
      guest.markBound()
      return Place(bound: bound, lease: lease)
    } catch {
      tiers.release(lease, now: reactor.now())
      throw error
    }
  }

  func release(_ place: Place) {
    tiers.release(place.lease, now: reactor.now())
    scheduleTrim()
  }

  /// Processes that have a place, and engines that there are.
  var use: (processes: Int, engines: Int) { (tiers.processes, tiers.engines.count) }

  /// Compiles a guest, or loads its code, without a process.
  func prepare(_ guest: LoadedGuest) throws(GuestLoadError) {
    release(try place(guest, memoryLimit: nil))
  }

  /// Has an engine ready, and the code of these modules of a file in it, as far as the cache has it, while the caller
  /// goes on with something else.
  ///
  /// `nil` where that is not worth a thread.
  func loadAhead(_ file: ContentDigest, modules: [Range<Int>]) -> CodeAhead? {
    guard modules.reduce(0, { $0 + $1.count }) >= 1 << 20 else { return nil }
    let ahead = CodeAhead(modules)
    do {
      try Thread(name: "wippy-code", detached: true) { [self] in
        do throws(EngineError) {
          let lease = try tiers.acquire(ProcessDemand(instances: modules.count), now: reactor.now())
          defer { tiers.release(lease, now: reactor.now()) }
          let engine = unsafeDowncast(lease.engine, to: EngineRoom.self).engine
          ahead.run(in: engine) { part in
            let key: CodeKey? =
              switch part {
              case .merged: cache.mergedKey(of: file, engine: engine.configuration)
              case .module(let range): CodeKey(file: file, range: range, engine: engine.configuration)
              }
            guard let key else { return nil }
            let module = cache.loaded(key) { path throws(EngineError) in
              try Module(mappingFile: path, engine: engine)
            }
            return module.map { CodeAhead.Code(module: $0, key: key) }
          }
        } catch {
          // Whoever places the guest meets the same error.
        }
      }
    } catch {
      return nil
    }
    return ahead
  }

  private func scheduleTrim() {
    guard tiers.canShrink, !isTrimScheduled.exchange(true, ordering: .relaxed) else { return }
    // A little later than an engine has to be idle.
    let deadline = reactor.now().advanced(byNanoseconds: 11_000_000_000)
    _ = reactor.schedule(at: deadline) { [weak self] in
      guard let self else { return }
      isTrimScheduled.store(false, ordering: .relaxed)
      // Dropping an engine unmaps thousands of pages: not on the reactor's thread.
      _ = reactor.runBlocking {
        if !self.tiers.trim(now: self.reactor.now()).isEmpty { EngineTiers.giveBackFreedMemory() }
        self.scheduleTrim()
      }
    }
  }

  // MARK: Code

  /// Whether the cache has files for all code of a guest. Code is the same for all engines.
  func mayHoldCode(of guest: LoadedGuest) -> Bool {
    let configuration = EngineConfiguration()
    if let merge = guest.plan.merge {
      if guest.ahead?.holds(.merged) == true { return true }
      if cache.mayHold(key(.merged(merge), of: guest, configuration)) { return true }
    }
    return mayHoldParts(of: guest, configuration)
  }

  private func mayHoldParts(of guest: LoadedGuest, _ configuration: EngineConfiguration) -> Bool {
    let ahead = guest.ahead
    for module in guest.plan.modules {
      if case .embedded(let range) = module.source, let ahead, ahead.holds(.module(range)) { continue }
      guard cache.mayHold(key(module.source, of: guest, configuration)) else { return false }
    }
    return true
  }

  private func key(
    _ source: GuestPlan.ModuleSource, of guest: LoadedGuest, _ configuration: EngineConfiguration
  ) -> CodeKey {
    switch source {
    case .embedded(let range): CodeKey(file: guest.file.digest, range: range, engine: configuration)
    case .started(let range):
      CodeKey(file: guest.file.digest, range: range, isStarted: true, engine: configuration)
    case .generated(let bytes):
      CodeKey(module: bytes.withUnsafeBytes { ContentDigest(of: $0) }, engine: configuration)
    case .merged(let merge):
      CodeKey(file: guest.file.digest, merged: merge.fingerprint, engine: configuration)
    }
  }

  private func module(
    _ source: GuestPlan.ModuleSource, of guest: LoadedGuest, _ engine: Engine
  ) throws(EngineError) -> Module {
    let key = key(source, of: guest, engine.configuration)
    switch source {
    case .embedded(let range): if let ahead = guest.ahead?.module(range, in: engine) { return ahead }
    case .merged:
      if let ahead = guest.ahead?.merged(key, in: engine) { return ahead }
      // The parts are compiled only where they could not be merged.
      guard cache.mayHold(key) || !mayHoldParts(of: guest, engine.configuration) else {
        throw .compilation(message: "the core modules of \(guest.name) cannot be merged")
      }
    case .started, .generated: break
    }
    return try cache.code(
      for: key,
      load: { path throws(EngineError) in try Module(mappingFile: path, engine: engine) },
      compile: { () throws(EngineError) in try compile(source, of: guest, engine) },
      serialize: { module, write throws(EngineError) in try module.withSerialized { write($0) } })
  }

  private func compile(
    _ source: GuestPlan.ModuleSource, of guest: LoadedGuest, _ engine: Engine
  ) throws(EngineError) -> Module {
    onCompilation(.began(guest.name))
    defer { onCompilation(.ended(guest.name)) }
    if case .generated = source {
    } else {
      do {
        try guest.file.complete()
      } catch {
        throw .compilation(message: "\(guest.file.path) \(error.message)")
      }
    }
    // What is large is not copied.
    if case .embedded(let range) = source {
      return try Module(compiling: UnsafeRawBufferPointer(rebasing: guest.file.bytes[range]), engine: engine)
    }
    if case .merged(let merge) = source {
      // Merging reads no more of the code than it has to: what is not valid must not become valid by it.
      for range in merge.parts {
        try Module.validate(UnsafeRawBufferPointer(rebasing: guest.file.bytes[range]), engine: engine)
      }
    }
    return try source.bytes(in: guest.file.bytes).withUnsafeBytes { bytes in
      Result { () throws(EngineError) in try Module(compiling: bytes, engine: engine) }
    }.get()
  }
}

/// Code is being compiled, which can take seconds for a large component.
public enum CompilationEvent: Sendable, Hashable {
  case began(String)
  case ended(String)
}
