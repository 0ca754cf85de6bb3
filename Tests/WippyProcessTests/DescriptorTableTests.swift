import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct DescriptorTableTests {
  private let heard = Recorder<Int>()

  private func waiter(_ descriptor: Int32, _ readiness: Readiness, _ number: Int) -> DescriptorTable.Waiter {
    .init(descriptor: descriptor, readiness: readiness) { [heard] in heard.record(number) }
  }

  @Test func twoWaitersShareOneWatch() {
    var table = DescriptorTable()
    #expect(
      table.add(id: 1, waiter(7, .readable, 1)) == .watch(7, [.readable], generation: 1, isKnown: false))
    #expect(table.add(id: 2, waiter(7, .readable, 2)) == .none)
    #expect(
      table.add(id: 3, waiter(7, .writable, 3))
        == .watch(7, [.readable, .writable], generation: 2, isKnown: true))
    let (actions, change) = table.ready(7, [.readable], generation: 2)
    for action in actions { action() }
    #expect(heard.events == [1, 2])
    #expect(change == .watch(7, [.writable], generation: 3, isKnown: true))
    #expect(table.count == 1)
  }

  @Test func anEventOfAnEarlierRegistrationIsIgnored() {
    var table = DescriptorTable()
    _ = table.add(id: 1, waiter(7, .readable, 1))
    #expect(table.remove(id: 1)?.change == .forget(7))
    _ = table.add(id: 2, waiter(7, .readable, 2))
    let (actions, change) = table.ready(7, [.readable], generation: 1)
    #expect(actions.isEmpty && change == .none)
    #expect(table.count == 1)
  }

  @Test func theLastWaiterToLeaveEndsTheWatch() {
    var table = DescriptorTable()
    _ = table.add(id: 1, waiter(7, .readable, 1))
    _ = table.add(id: 2, waiter(7, .writable, 2))
    #expect(table.remove(id: 1)?.change == DescriptorTable.Change.none)
    #expect(table.remove(id: 2)?.change == .forget(7))
    #expect(table.remove(id: 2) == nil)
  }

  @Test func aRefusedDescriptorsWaitersCanStillBeCancelled() {
    var table = DescriptorTable()
    _ = table.add(id: 1, waiter(7, .readable, 1))
    #expect(table.refused(7) == [1])
    #expect(table.remove(id: 1) != nil)
    #expect(table.takeRefused(1) == nil)
  }
}
