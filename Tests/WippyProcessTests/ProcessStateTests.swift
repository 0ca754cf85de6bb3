import Testing
import WippyTestKit

@testable import WippyProcess

@Suite struct ProcessStateTests {
  /// A process in each state, started or not.
  private static func state(_ phase: ProcessState.Phase, started: Bool) -> ProcessState {
    var state = ProcessState()
    if phase == .runnable, !started { return state }
    _ = state.beginStep()
    if started { _ = state.endStep(.started) }
    switch phase {
    case .running: break
    case .runnable: _ = state.endStep(.yield)
    case .waiting: _ = state.endStep(.wait)
    case .closing: _ = state.endStep(.exit)
    case .ended:
      _ = state.endStep(.exit)
      state.end()
    }
    return state
  }

  @Test func aWakeQueuesAWaitingProcessOnce() {
    var state = Self.state(.waiting, started: true)
    #expect(state.wake() == .enqueue)
    #expect(state.phase == .runnable)
    #expect(state.wake() == .none)
  }

  @Test func aWakeDuringAStepIsNotLost() {
    var state = Self.state(.running, started: true)
    #expect(state.wake() == .none)
    #expect(state.endStep(.wait) == .enqueue)
    #expect(state.phase == .runnable)
  }

  @Test func aWakeIsUsedUpByTheStepItCausesOrPrecedes() {
    var state = Self.state(.running, started: true)
    _ = state.wake()
    _ = state.endStep(.wait)
    #expect(state.beginStep() == .step)
    #expect(state.endStep(.wait) == .park)
  }

  @Test func startedStepsAgainWithoutAQueue() {
    var state = ProcessState()
    #expect(!state.isStarted)
    #expect(state.beginStep() == .step)
    #expect(state.endStep(.started) == .stepAgain)
    #expect(state.isStarted && state.phase == .running)
    // A second one is no more than a yield.
    #expect(state.endStep(.started) == .requeue)
  }

  @Test(arguments: [false, true])
  func aStopActsByState(started: Bool) {
    var runnable = Self.state(.runnable, started: started)
    #expect(runnable.requestStop() == .none)
    #expect(runnable.beginStep() == .close)

    var running = Self.state(.running, started: started)
    #expect(running.requestStop() == .interrupt)
    for ending in [ProcessState.Ending.yield, .wait, .exit] {
      var copy = running
      #expect(copy.endStep(ending) == .close)
      #expect(copy.phase == .closing)
    }

    var waiting = Self.state(.waiting, started: started)
    #expect(waiting.requestStop() == .enqueue)
    #expect(waiting.wake() == .none)
    #expect(waiting.beginStep() == .close)

    for phase in [ProcessState.Phase.closing, .ended] {
      var over = Self.state(phase, started: started)
      #expect(over.requestStop() == .ended)
      #expect(!over.isStopRequested)
    }
  }

  @Test func aStopDuringTheStepThatStartsIsAnExitNotAFailedStart() {
    var state = ProcessState()
    _ = state.beginStep()
    _ = state.requestStop()
    #expect(state.endStep(.started) == .startedThenClose)
    #expect(state.isStarted && state.phase == .closing)
  }

  @Test func pinsAreRefusedOnceItCloses() {
    var state = Self.state(.running, started: true)
    #expect(state.pinProgram() == true)
    #expect(state.pinStep() == true)
    #expect(state.endStep(.exit) == .close)
    #expect(state.pinProgram() == false)
    #expect(state.pins == 2)
    state.unpin()
    state.unpin()
    #expect(state.pins == 0 && state.phase == .closing)
  }

  @Test func onlyAStepIsInterrupted() {
    for phase in [ProcessState.Phase.runnable, .waiting] {
      var state = Self.state(phase, started: true)
      #expect(state.pinStep() == false)
      #expect(state.pinProgram() == true)
    }
  }

  @Test func onlyAQueuedProcessIsStepped() {
    for phase in [ProcessState.Phase.running, .waiting, .closing, .ended] {
      var state = Self.state(phase, started: true)
      #expect(state.beginStep() == .ignore)
      #expect(state.phase == phase)
    }
  }

  /// Random events against a plain model of who holds the process: queued, held by a worker, parked, or gone.
  @Test(arguments: 1...20)
  func anyOrderOfEventsKeepsTheProcessInOnePlace(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<200 {
      var state = ProcessState()
      var queued = 1
      var isHeld = false
      var isClosed = false
      var isOwedAStep = true
      for _ in 0..<40 {
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
          if state.wake() == .enqueue { queued += 1 }
          if !isClosed { isOwedAStep = true }
        case 1:
          if state.requestStop() == .enqueue { queued += 1 }
        case 2 where queued > 0 && !isHeld:
          queued -= 1
          switch state.beginStep() {
          case .step:
            isHeld = true
            isOwedAStep = false
          case .close: isClosed = true
          case .ignore: Issue.record("seed \(seed): queued, but not runnable")
          }
        case 3 where isHeld:
          let ending = ProcessState.Ending.allCases.randomElement(using: &random) ?? .wait
          switch state.endStep(ending) {
          case .stepAgain:
            // The step that follows at once sees what the wake was about.
            isOwedAStep = false
          case .requeue, .enqueue:
            isHeld = false
            queued += 1
          case .park:
            isHeld = false
            #expect(!isOwedAStep, "seed \(seed): a wake was lost")
          case .close, .startedThenClose:
            isHeld = false
            isClosed = true
          }
        default:
          if state.pinProgram() { state.unpin() }
        }
        let places = queued + (isHeld ? 1 : 0) + (isClosed ? 1 : 0) + (state.phase == .waiting ? 1 : 0)
        #expect(places == 1, "seed \(seed)")
      }
    }
  }
}
