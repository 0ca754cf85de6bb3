import Synchronization
import Testing
import WippyEngine

@testable import WippyComponent

/// What the host gave to a guest is released with its handle, or with the guest, however that ends.
@Suite struct ClosingTests {
  private static let text = """
    (component
      (import "things" (instance $things
        (export "thing" (type $thing (sub resource)))
        (export "make" (func (result (own $thing))))))
      (alias export $things "thing" (type $thing))
      (core func $make (canon lower (func $things "make")))
      (core func $drop (canon resource.drop $thing))
      (core module $Code
        (import "" "make" (func $make (result i32)))
        (import "" "drop" (func $drop (param i32)))
        (func (export "keep") (drop (call $make)) (drop (call $make)))
        (func (export "use") (call $drop (call $make)))
        (func (export "trap") (drop (call $make)) unreachable)
        (func (export "twice") (local $thing i32)
          (local.set $thing (call $make))
          (call $drop (local.get $thing))
          (call $drop (local.get $thing))))
      (core instance $code (instantiate $Code (with "" (instance
        (export "make" (func $make)) (export "drop" (func $drop))))))
      (func (export "keep") (canon lift (core func $code "keep")))
      (func (export "use") (canon lift (core func $code "use")))
      (func (export "trap") (canon lift (core func $code "trap")))
      (func (export "twice") (canon lift (core func $code "twice"))))
    """

  private func guest(_ ledger: Ledger) throws -> GuestDriver {
    try GuestDriver(try WebAssemblyText.binary(of: Self.text), provider: ThingProvider(ledger: ledger))
  }

  @Test func aDroppedHandleReleasesItsObject() throws {
    let ledger = Ledger()
    let guest = try guest(ledger)
    _ = try guest.call("use")
    #expect(ledger.made == 1 && ledger.released == 1)
    #expect(throws: DriverError.self) { try guest.call("twice") }
    #expect(ledger.made == 2 && ledger.released == 2)
  }

  @Test func theEndReleasesWhatIsLeft() throws {
    let ledger = Ledger()
    let guest = try guest(ledger)
    _ = try guest.call("keep")
    #expect(ledger.made == 2 && ledger.released == 0)
    guest.close()
    #expect(ledger.released == 2)
  }

  @Test func soItDoesAfterATrap() throws {
    let ledger = Ledger()
    let guest = try guest(ledger)
    _ = try guest.call("keep")
    #expect(throws: DriverError.self) { try guest.call("trap") }
    #expect(ledger.made == 3 && ledger.released == 0)
    guest.close()
    #expect(ledger.released == 3)
  }
}

private final class Ledger: Sendable {
  private let counts = Mutex((made: 0, released: 0))

  var made: Int { counts.withLock { $0.made } }
  var released: Int { counts.withLock { $0.released } }

  func make() { counts.withLock { $0.made += 1 } }
  func release() { counts.withLock { $0.released += 1 } }
}

private final class Thing: HostResource {
  private let ledger: Ledger

  init(_ ledger: Ledger) {
    self.ledger = ledger
    ledger.make()
  }

  deinit { ledger.release() }
}

private struct ThingProvider: HostProvider {
  let ledger: Ledger

  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    .resumable { [ledger] call throws(HostFault) in .value(try call.own(Thing(ledger))) }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("nothing is provided") }
  }
}
