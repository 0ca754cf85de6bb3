import Synchronization
import WippyEngine

/// The compiled adapter of an export, for the guests of one engine.
final class BoundExportAdapter: @unchecked Sendable {
  // @unchecked: the linker is only looked up in once it is here, which is thread-safe in libwasmtime.

  private let module: Module
  private let linker: Linker
  /// `nil` stands for the guest's transfer area.
  private let imports: [BoundGuest.CoreSource?]

  init(
    _ adapter: ExportAdapter, _ definitions: LinkedFunction.Definitions, engine: Engine,
    find: (CoreItem) throws(GuestLoadError) -> BoundGuest.CoreSource
  ) throws {
    module = try adapter.binary.withUnsafeBytes { try Module(compiling: $0, engine: engine) }
    let linker = Linker(engine: engine)
    linker.allowShadowing()
    var imports: [BoundGuest.CoreSource?] = []
    for item in adapter.imports {
      guard let item else {
        imports.append(nil)
        continue
      }
      let source = try find(item)
      if case .host(let function) = item {
        try function.define(in: linker, as: (BoundGuest.linkerModule, function.name), definitions)
      }
      imports.append(source)
    }
    self.linker = linker
    self.imports = imports
  }

  /// The adapter's function in a guest; `nil` where there is no room for another instance.
  func function(in guest: GuestInstance) -> Function? {
    var externs: [Extern] = []
    for source in imports {
      let found =
        switch source {
        case .host(let name)?:
          linker.item(module: BoundGuest.linkerModule, name: name, in: guest.context)
            ?? guest.item(.host(name: name))
        case .export(let step, let index)?: guest.item(.export(step: step, index: index))
        case nil: guest.needTransferArea().map { Extern($0.memory) }
        }
      guard let found else { return nil }
      externs.append(found)
    }
    guest.isInSynchronousCall = true
    defer { guest.isInSynchronousCall = false }
    guard let instance = try? guest.context.instantiate(module, imports: externs) else { return nil }
    return guest.context.export(1, named: ExportAdapter.export, of: instance)?.function
  }
}

/// How often an export was called, and its adapter when that was often enough.
struct ExportDemand {
  /// Compiling takes a thousand times what an adapter saves in a call.
  static let threshold = 1000
  /// A guest adds its calls up this many at a time, and has no adapter before.
  static let step = 32

  var calls = 0
  var adapter: BoundExportAdapter?
  var hasFailed = false
}
