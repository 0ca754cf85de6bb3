import Testing

/// Random scenarios of processes that talk; the model says what has to arrive, and invariants are checked after each step.
@Suite struct RandomTalkTests {
  @Test(arguments: 0..<20)
  func everythingArrivesOnceAndInOrder(batch: Int) throws {
    for number in 0..<60 {
      let seed = batch * 1000 + number
      let faults = try TalkScenario(seed: UInt64(seed)).run(actions: 150).prefix(3)
      #expect(faults.isEmpty, "seed \(seed): \(faults)")
      if !faults.isEmpty { return }
    }
  }
}
