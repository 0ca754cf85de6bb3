import Testing
import WippyComponent
import WippyCore
import WippyEngine

@testable import WippyWASI

@Suite struct ProviderTests {
  @Test(arguments: [
    ("wasi:cli/exit", true), ("wasi:cli/exit@0.2.0", true), ("wasi:cli/exit@0.2.99", true),
    ("wasi:http/types@0.2.0", true), ("wasi:http/outgoing-handler@0.2.99", true), ("wasi:http/types@0.3.0", false),
    ("wasi:cli/exit@0.3.0", false), ("wasi:cli/exit@0.2.0-rc", false), ("wasi:cli/exit@0.2.", false),
    ("wippy:runtime/funcs@0.1.0", true), ("wippy:runtime/funcs@0.2.0", false),
  ])
  func versions(interface: String, isServed: Bool) {
    #expect(InterfaceName(interface).isServed == isServed)
    #expect(!InterfaceName(interface).base.contains("@"))
  }

  @Test func everyInterfaceOfTheTableHasAGroup() {
    #expect(Set(InterfaceTable.all.keys).isSubset(of: GuestRunner.everything))
    // Terminals' resources are the only ones without functions.
    #expect(GuestRunner.everything.subtracting(InterfaceTable.all.keys).isEmpty)
  }
}
