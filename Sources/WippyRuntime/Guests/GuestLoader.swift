import WippyComponent
import WippyCore
import WippyEngine

/// Loads binaries: checks the digest, decodes, validates, plans, and finds the function.
struct GuestLoader: Sendable {
  let digests: DigestMemory
  /// Begins to load the code of these modules of a file; for guests that will be started.
  var loadAhead: (@Sendable (ContentDigest, [Range<Int>]) -> CodeAhead?)?

  /// Where a binary comes from.
  enum Code {
    case file(path: String)
    /// Made from text.
    case bytes([UInt8])
  }

  /// What a binary is to be loaded as.
  struct Request {
    var code: Code
    /// How messages name the file.
    var shownPath: String
    var name: String
    var entry: EntryID?
    /// `nil` for a bare file.
    var digest: ContentDigest?
    var method: String?
    var wit: String?
  }

  func load(_ request: Request, provider: any HostProvider) throws(GuestProblem) -> LoadedGuest {
    let file: GuestFile
    do throws(GuestFileError) {
      switch request.code {
      case .file(let path): file = try GuestFile(path: path, digests: digests)
      case .bytes(let bytes): file = try GuestFile(bytes: bytes, name: request.shownPath)
      }
    } catch {
      throw GuestProblem("path", "\(request.shownPath): \(error.message)")
    }
    if let declared = request.digest, declared != file.digest {
      throw GuestProblem(
        "hash",
        "the digest of \(request.shownPath) is sha256:\(file.digest.hex), and the entry says sha256:\(declared): if the "
          + "file is the right one, `wippy hash --write` puts its digest here")
    }
    let guest: LoadedGuest
    switch BinaryKind.detect(file.bytes) {
    case .component: guest = try component(file, request, provider)
    case .coreModule: guest = try core(file, request, provider)
    case let kind: throw GuestProblem("path", "\(request.shownPath): \(kind.explanation)")
    }
    file.remember(in: digests)
    return guest
  }

  // MARK: Components

  private func component(
    _ file: GuestFile, _ request: Request, _ provider: any HostProvider
  ) throws(GuestProblem) -> LoadedGuest {
    let plan: GuestPlan
    var ahead: CodeAhead?
    do {
      let syntax = try ComponentDecoder.decode(file.bytes)
      if file.isKnown, let loadAhead { ahead = loadAhead(file.digest, syntax.coreModules) }
      // What is known was valid when its digest was noted.
      if !file.isKnown { try ComponentValidator.validate(syntax, in: file.bytes) }
      plan = try ComponentPlanner.plan(syntax, bytes: file.bytes, provider: provider)
    } catch {
      throw GuestProblem("path", "\(request.shownPath): \(error)")
    }
    let export = try MethodSearch(exports: plan.exports, binary: request.shownPath).find(request.method)
    if let wit = request.wit { try agree(wit, export) }
    return try loaded(file, request, plan, export, ahead)
  }

  /// A component's own types hold; a `wit` beside it must say the same.
  private func agree(_ wit: String, _ export: PlannedExport) throws(GuestProblem) {
    let declared = try signature(wit, of: export.name)
    guard let declared, let own = export.signature?.type, declared != own else { return }
    throw GuestProblem(
      "wit",
      "the component's own type is `\(WITPrinter().signature(of: own, named: export.name))`: write that, or remove `wit`"
    )
  }

  private func signature(_ wit: String, of name: String) throws(GuestProblem) -> FunctionType? {
    do {
      return try WITSignature.parse(wit)[name]
    } catch {
      throw GuestProblem("wit", "\(error)")
    }
  }

  // MARK: Core modules

  private func core(
    _ file: GuestFile, _ request: Request, _ provider: any HostProvider
  ) throws(GuestProblem) -> LoadedGuest {
    var signatures: [String: FunctionType] = [:]
    if let wit = request.wit, let method = request.method {
      guard let type = try signature(wit, of: method) else {
        throw GuestProblem("wit", "there is no function `\(method)` in it: declare `\(method): func(...)`")
      }
      signatures[method] = type
    }
    let plan: GuestPlan
    do {
      let summary = try CoreModuleSummary.scan(file.bytes)
      plan = try CorePlanner.plan(
        summary, byteCount: file.bytes.count, signatures: signatures, provider: provider)
    } catch {
      throw GuestProblem(signatures.isEmpty ? "path" : "wit", "\(request.shownPath): \(error)")
    }
    let search = MethodSearch(exports: plan.exports, binary: request.shownPath)
    let export = try search.find(request.method ?? (plan.exports.contains { $0.name == "_start" } ? "_start" : nil))
    let type = export.coreType
    guard type.parameters.count <= Signature.maximumParameters, type.results.count <= 1,
      (type.parameters + type.results).allSatisfy(\.isNumber)
    else {
      throw GuestProblem(
        "method",
        "the function `\(export.name)` has the type \(type.text): at most 16 parameters and one result, all of them i32, "
          + "i64, f32 or f64, can be called")
    }
    return try loaded(file, request, plan, export)
  }

  private func loaded(
    _ file: GuestFile, _ request: Request, _ plan: GuestPlan, _ export: PlannedExport, _ ahead: CodeAhead? = nil
  ) throws(GuestProblem) -> LoadedGuest {
    var size = GuestSize()
    for module in plan.instantiatedModules { size.add(module.summary) }
    guard !size.hasSharedMemory else {
      throw GuestProblem("path", "\(request.shownPath): it has a shared memory: threads are not supported")
    }
    return LoadedGuest(
      name: request.name, entry: request.entry, file: file, plan: plan, export: export, size: size, ahead: ahead)
  }
}
