import WippyEngine

// The decoded form of a component binary: what the bytes say, with indices as they stand.
//
// Source: the component-model repository, design/mvp/Binary.md.

/// One component, nested or outermost: its definitions in binary order.
package struct ComponentSyntax: Sendable {
  package var definitions: [Definition] = []

  package init() {}

  /// Where the core modules are, those of nested components included.
  package var coreModules: [Range<Int>] {
    var ranges: [Range<Int>] = []
    for definition in definitions {
      switch definition.kind {
      case .coreModule(let range): ranges.append(range)
      case .component(let nested): ranges += nested.coreModules
      default: continue
      }
    }
    return ranges
  }
}

/// One definition, with the byte offset at which it stands in the file.
package struct Definition: Sendable {
  package var offset: Int
  package var kind: Kind

  package init(offset: Int, kind: Kind) {
    self.offset = offset
    self.kind = kind
  }

  package indirect enum Kind: Sendable {
    /// A core module: its bytes are this range of the file.
    case coreModule(Range<Int>)
    case coreInstance(CoreInstanceSyntax)
    case coreType(CoreTypeSyntax)
    case component(ComponentSyntax)
    case instance(InstanceSyntax)
    case alias(AliasSyntax)
    case type(TypeSyntax)
    case canonical(CanonicalSyntax)
    case start(function: UInt32, arguments: [UInt32], results: UInt32)
    case `import`(name: String, ExternSyntax)
    case export(name: String, sort: Sort, index: UInt32, type: ExternSyntax?)
  }
}

/// A kind of core definition.
package enum CoreSort: UInt8, Sendable, Hashable {
  case function = 0x00
  case table = 0x01
  case memory = 0x02
  case global = 0x03
  case tag = 0x04
  case type = 0x10
  case module = 0x11
  case instance = 0x12
}

/// A kind of definition.
package enum Sort: Sendable, Hashable {
  case core(CoreSort)
  case function
  case value
  case type
  case component
  case instance
}

package enum CoreInstanceSyntax: Sendable {
  /// Instantiates a module; every argument is a core instance.
  case instantiate(module: UInt32, arguments: [(name: String, instance: UInt32)])
  case exports([(name: String, sort: CoreSort, index: UInt32)])
}

package enum InstanceSyntax: Sendable {
  case instantiate(component: UInt32, arguments: [(name: String, sort: Sort, index: UInt32)])
  case exports([(name: String, sort: Sort, index: UInt32)])
}

package enum AliasSyntax: Sendable {
  case instanceExport(sort: Sort, instance: UInt32, name: String)
  case coreInstanceExport(sort: CoreSort, instance: UInt32, name: String)
  /// `depth` components outwards (0 is the component itself).
  case outer(sort: Sort, depth: UInt32, index: UInt32)
}

package indirect enum TypeSyntax: Sendable {
  case value(ValueTypeSyntax)
  case function(parameters: [(name: String, type: ValueReference)], result: ValueReference?, isAsync: Bool)
  case component([DeclarationSyntax])
  case instance([DeclarationSyntax])
  case resource(destructor: UInt32?)
}

/// A value type that stands in a definition.
package enum ValueTypeSyntax: Sendable {
  case primitive(PrimitiveType)
  case record([(name: String, type: ValueReference)])
  case variant([(name: String, payload: ValueReference?)])
  case list(ValueReference)
  case tuple([ValueReference])
  case flags([String])
  case enumeration([String])
  case option(ValueReference)
  case result(ok: ValueReference?, error: ValueReference?)
  case own(UInt32)
  case borrow(UInt32)
  // Drafts.
  case fixedList(ValueReference, count: UInt32)
  case map(key: ValueReference, value: ValueReference)
  case stream(ValueReference?)
  case future(ValueReference?)
}

/// A primitive, or the index of a type.
package enum ValueReference: Sendable {
  case primitive(PrimitiveType)
  case index(UInt32)
}

package enum PrimitiveType: UInt8, Sendable, Hashable {
  case bool = 0x7f
  case s8 = 0x7e
  case u8 = 0x7d
  case s16 = 0x7c
  case u16 = 0x7b
  case s32 = 0x7a
  case u32 = 0x79
  case s64 = 0x78
  case u64 = 0x77
  case f32 = 0x76
  case f64 = 0x75
  case char = 0x74
  case string = 0x73
  /// A draft.
  case errorContext = 0x64
}

/// One declaration of a component or instance type. `import` occurs in component types only.
package enum DeclarationSyntax: Sendable {
  case coreType(CoreTypeSyntax)
  case type(TypeSyntax)
  case alias(AliasSyntax)
  case `import`(name: String, ExternSyntax)
  case export(name: String, ExternSyntax)
}

/// What an import or an export is declared to be.
package enum ExternSyntax: Sendable {
  case coreModule(type: UInt32)
  case function(type: UInt32)
  case value(ValueBound)
  case type(TypeBound)
  case component(type: UInt32)
  case instance(type: UInt32)
}

package enum ValueBound: Sendable {
  case equal(UInt32)
  case type(ValueReference)
}

package enum TypeBound: Sendable {
  case equal(UInt32)
  /// A fresh resource type.
  case subResource
}

package enum CoreTypeSyntax: Sendable {
  /// `nil` for a type that is no plain function type.
  case function(CoreFunctionType?)
  case module([CoreModuleDeclaration])
}

package enum CoreModuleDeclaration: Sendable {
  case type(CoreTypeSyntax)
  case alias(sort: CoreSort, depth: UInt32, index: UInt32)
  case `import`(module: String, name: String, CoreExternSyntax)
  case export(name: String, CoreExternSyntax)
}

package enum CoreExternSyntax: Sendable {
  case function(type: UInt32)
  case table(element: UInt8, minimum: UInt64, maximum: UInt64?)
  case memory(minimum: UInt64, maximum: UInt64?, is64: Bool, shared: Bool)
  case global(type: CoreValueType, mutable: Bool)
  case tag(type: UInt32)
}

package enum CanonicalSyntax: Sendable {
  case lift(coreFunction: UInt32, options: CanonicalOptionsSyntax, type: UInt32)
  case lower(function: UInt32, options: CanonicalOptionsSyntax)
  case resourceNew(type: UInt32)
  case resourceDrop(type: UInt32)
  case resourceRep(type: UInt32)
  /// A draft.
  case asynchronous(AsynchronousBuiltIn)
}

package struct CanonicalOptionsSyntax: Sendable {
  package var encoding: StringEncoding = .utf8
  package var memory: UInt32?
  package var realloc: UInt32?
  package var postReturn: UInt32?
  // Drafts.
  package var isAsync = false
  package var callback: UInt32?

  package init() {}
}

package enum StringEncoding: UInt8, Sendable, Hashable {
  case utf8 = 0x00
  case utf16 = 0x01
  case latin1OrUTF16 = 0x02
}
