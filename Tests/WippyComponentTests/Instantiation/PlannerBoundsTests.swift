import Testing
import WippyEngine

@testable import WippyComponent

/// Small files whose meaning is large are refused, and not evaluated.
@Suite struct PlannerBoundsTests {
  private struct NoProvider: HostProvider {
    func function(interface: String, name: String, signature: Signature) -> HostFunction {
      .immediate { _ throws(HostFault) in throw .trap("nothing is provided") }
    }

    func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
      .immediate { _ throws(HostFault) in throw .trap("nothing is provided") }
    }
  }

  @Test func doublingInstances() {
    // Each component instantiates the one before it twice.
    var syntax = ComponentSyntax()
    for level in 0..<60 {
      var outer = ComponentSyntax()
      outer.definitions.append(Definition(offset: level, kind: .component(syntax)))
      for _ in 0..<2 {
        outer.definitions.append(
          Definition(offset: level, kind: .instance(.instantiate(component: 0, arguments: []))))
      }
      syntax = outer
    }
    #expect(throws: ComponentError.self) {
      try ComponentPlanner.plan(syntax, bytes: UnsafeRawBufferPointer(start: nil, count: 0), provider: NoProvider())
    }
  }

  @Test func nodesAreCountedUpToALimit() {
    var type = ValueType.u8
    for _ in 0..<60 { type = .tuple([type, type]) }
    #expect(type.nodes(upTo: 1000) >= 1000)
    #expect(type.nodes(upTo: 1000) < 1100)
    #expect(ValueType.record([.init("a", .list(.u8)), .init("b", .u8)]).nodes(upTo: 100) == 4)
  }
}
