import WippyEngine

/// The index spaces of one component instance, or of one type, while a plan is made.
final class Frame {
  /// Where `outer` aliases look.
  let parent: Frame?
  /// The number of the component instance; that of the surrounding one for a type.
  let instance: Int
  var coreModules: [Int] = []
  var coreInstances: [CoreNamespace] = []
  var coreFunctions: [CoreItem] = []
  var coreTables: [CoreItem] = []
  var coreMemories: [CoreItem] = []
  var coreGlobals: [CoreItem] = []
  var coreTags: [CoreItem] = []
  var functions: [FunctionItem] = []
  private(set) var types: [TypeItem] = []
  var instances: [InstanceItem] = []
  private(set) var components: [ComponentItem] = []
  let scopes: FrameScopes
  private var isScope = false

  init(parent: Frame?, instance: Int, scopes: FrameScopes) {
    self.parent = parent
    self.instance = instance
    self.scopes = scopes
  }

  func add(_ type: TypeItem) {
    if case .instance = type { becomeScope() }
    types.append(type)
  }

  func add(_ component: ComponentItem) {
    becomeScope()
    components.append(component)
  }

  private func becomeScope() {
    guard !isScope else { return }
    isScope = true
    scopes.frames.append(self)
  }

  fileprivate func clear() {
    types = []
    instances = []
    components = []
  }

  /// The frame `depth` components outwards.
  func outer(_ depth: UInt32) -> Frame? {
    var frame: Frame? = self
    for _ in 0..<min(depth, 1000) { frame = frame?.parent }
    return frame
  }
}

/// The frames whose items look into frames, so that they keep each other: emptied when the plan is made.
final class FrameScopes {
  fileprivate var frames: [Frame] = []

  func clear() {
    for frame in frames { frame.clear() }
    frames = []
  }
}

/// A component-level function while a plan is made.
enum FunctionItem {
  /// Imported by the outermost component.
  case host(interface: String, name: String, type: FunctionType)
  /// Lifted from a core function.
  case lifted(PlannedExport)
  /// Of a kind that traps when it is called.
  case unsupported(String, type: FunctionType)

  var type: FunctionType? {
    switch self {
    case .host(_, _, let type), .unsupported(_, let type): type
    case .lifted(let export): export.signature?.type
    }
  }
}

/// A type while a plan is made.
enum TypeItem {
  case value(ValueType)
  case function(FunctionType)
  case resource(ResourceType)
  /// A value type that cannot be passed, for this reason.
  case unsupported(String)
  /// Declared in `scope`, where its outer aliases look.
  case instance([DeclarationSyntax], scope: Frame)
  case component
}

/// A component-level instance while a plan is made: its exports, in their order.
final class InstanceItem {
  private(set) var names: [String] = []
  private var items: [String: Item] = [:]

  enum Item {
    case function(FunctionItem)
    case type(TypeItem)
    case instance(InstanceItem)
    case component(ComponentItem)
    case coreModule(Int)
  }

  subscript(name: String) -> Item? { items[name] }

  func add(_ name: String, _ item: Item) {
    if items.updateValue(item, forKey: name) == nil { names.append(name) }
  }
}

/// A component that can be instantiated, with the frame that its outer aliases look into.
final class ComponentItem {
  let syntax: ComponentSyntax
  let scope: Frame

  init(syntax: ComponentSyntax, scope: Frame) {
    self.syntax = syntax
    self.scope = scope
  }
}
