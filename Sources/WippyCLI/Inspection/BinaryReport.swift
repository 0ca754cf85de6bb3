import WippyComponent
import WippyCore
import WippyRegistry

/// What a binary is, asks for and offers.
struct BinaryReport {
  enum Kind: String {
    case component
    case coreModule = "core module"
  }

  /// Imports of one group.
  struct Import {
    /// `nil` for what no group has.
    var group: String?
    /// Interfaces; functions of core modules as `module.name`.
    var names: [String]
  }

  struct Export {
    /// What an entry writes as its `method`; `nil` for what is no function.
    var method: String?
    /// The WIT or core signature.
    var signature: String
  }

  let path: String
  let size: Int
  let hash: String
  let kind: Kind
  var imports: [Import] = []
  var exports: [Export] = []
  /// The world of a component as WIT.
  var world: String?

  init(_ file: WasmFile) throws(CommandFailure) {
    path = file.path
    size = file.bytes.count
    hash = file.hash
    do {
      switch BinaryKind.detect(file.bytes) {
      case .component:
        kind = .component
        (imports, exports, world) = try ComponentContents.read(file.bytes)
      case .coreModule:
        kind = .coreModule
        (imports, exports) = try CoreContents.read(file.bytes)
      case let other:
        throw CommandFailure("\(file.path): \(other.explanation)")
      }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(file.path): \(error)")
    }
  }

  /// Sorts imported names into their groups, in the order of the groups' table; unknown ones come last.
  static func grouped(_ names: [(interface: String, shown: String)]) -> [Import] {
    var byGroup: [String?: [String]] = [:]
    // A name is of one group; a file can have very many of them.
    var known: Set<String> = []
    for name in names where known.insert(name.shown).inserted {
      byGroup[ImportGroups.group(ofInterface: name.interface), default: []].append(name.shown)
    }
    let grouped = ImportGroups.all.compactMap { group in
      byGroup[group.name].map { Import(group: group.name, names: $0) }
    }
    return grouped + (byGroup[nil].map { [Import(group: nil, names: $0)] } ?? [])
  }

  /// The function that a person most likely wants to run.
  var suggestedMethod: String? {
    let methods = exports.compactMap(\.method)
    if methods.contains(where: { $0.hasPrefix("wasi:cli/run@") || $0.hasPrefix("wasi:cli/run#") }) {
      return "run"
    }
    return methods.first { $0 == "_start" }
      ?? methods.first { !$0.contains("#") && !$0.hasPrefix("cabi_") && !$0.hasPrefix("_") } ?? methods.first
  }
}
