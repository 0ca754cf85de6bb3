import Testing
import WippyCore

@testable import WippyComponent

/// Resources that a guest defines: handles go out as values and come back, destructors run.
@Suite struct ResourceTests {
  @Test func ownedAndBorrowed() throws {
    let guest = try GuestDriver(guest: "shapes")
    let first = try #require(try guest.call("[constructor]counter", .integer(5)))
    #expect(try guest.call("[method]counter.increment", first, .integer(4)) == .integer(9))
    #expect(try guest.call("[method]counter.value", first) == .integer(9))
    let second = try #require(try guest.call("[constructor]counter", .integer(33)))
    #expect(try guest.call("live-counters") == .integer(2))
    let merged = try #require(try guest.call("[static]counter.merge", first, second))
    #expect(try guest.call("live-counters") == .integer(1))
    #expect(try guest.call("read-counter", merged) == .integer(42))
    #expect(try guest.call("consume", merged) == .integer(42))
    #expect(try guest.call("live-counters") == .integer(0))
  }

  @Test func handlesInsideOfValues() throws {
    let guest = try GuestDriver(guest: "shapes")
    guard case .array(let counters)? = try guest.call("make-counters", .integer(4)) else {
      Issue.record("no list of counters")
      return
    }
    #expect(try guest.call("sum-counters", .array(counters)) == .integer(6))
    let larger = try guest.call("larger", counters[2], counters[3])
    let winner = try #require(larger?["ok"])
    #expect(try guest.call("read-counter", winner) == .integer(3))
    // The destructor of the smaller one has run.
    #expect(try guest.call("live-counters") == .integer(3))
  }

  @Test func aConsumedHandleIsGone() throws {
    let guest = try GuestDriver(guest: "shapes")
    let counter = try #require(try guest.call("[constructor]counter", .integer(1)))
    #expect(try guest.call("consume", counter) == .integer(1))
    #expect(throws: DriverError.self) { try guest.call("read-counter", counter) }
  }

  @Test func handlesOfAnotherProcessAreRefused() throws {
    let guest = try GuestDriver(guest: "shapes")
    let counter = try #require(try guest.call("[constructor]counter", .integer(1)))
    guard case .resource(let reference) = counter else {
      Issue.record("a resource is no value")
      return
    }
    let foreign = ResourceReference(
      process: ProcessID(host: "test:host", serial: 2), handle: reference.handle, type: reference.type)
    #expect(throws: DriverError.self) { try guest.call("read-counter", .resource(foreign)) }
  }

  @Test func instancesKeepTheirState() throws {
    let guest = try GuestDriver(guest: "shapes")
    #expect(try guest.call("count-calls") == .integer(1))
    #expect(try guest.call("count-calls") == .integer(2))
    #expect(try GuestDriver(guest: "shapes").call("count-calls") == .integer(1))
  }
}
