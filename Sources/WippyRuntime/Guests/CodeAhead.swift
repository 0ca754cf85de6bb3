import Synchronization
import WippyEngine

/// The modules of one guest, loaded from the cache by a thread of their own while the guest is still being planned.
///
/// Nothing waits for what has not been begun: whoever needs such a module first loads it, and the thread skips it.
final class CodeAhead: Sendable {
  private let state: Mutex<State>
  /// Held while the thread loads one module.
  private let loading = Mutex<Void>(())

  private struct State {
    var engine: Engine?
    var items: [Item]
  }

  private struct Item {
    let range: Range<Int>
    var status = Status.waiting
  }

  private enum Status {
    case waiting, begun
    case ready(Module)
    /// Not in the cache, or somebody else's.
    case left
  }

  init(_ ranges: [Range<Int>]) {
    state = Mutex(State(items: ranges.map { Item(range: $0) }))
  }

  /// The thread's work.
  func run(in engine: Engine, load: (Range<Int>) -> Module?) {
    let count = state.withLock { state in
      state.engine = engine
      return state.items.count
    }
    for index in 0..<count {
      loading.withLock { _ in
        guard let range = begin(index) else { return }
        let module = load(range)
        state.withLock { $0.items[index].status = module.map { .ready($0) } ?? .left }
      }
    }
  }

  private func begin(_ index: Int) -> Range<Int>? {
    state.withLock { state in
      guard case .waiting = state.items[index].status else { return nil }
      state.items[index].status = .begun
      return state.items[index].range
    }
  }

  /// The module at `range`, when it was loaded for this engine; else it is the caller's to load.
  func module(_ range: Range<Int>, in engine: Engine) -> Module? {
    if let answer = take(range, engine) { return answer.module }
    // The thread is at it.
    return loading.withLock { _ in take(range, engine)?.module }
  }

  /// Whether the module is loaded already.
  func holds(_ range: Range<Int>) -> Bool {
    state.withLock { state in
      for item in state.items where item.range == range {
        if case .ready = item.status { return true }
      }
      return false
    }
  }

  private struct Answer {
    let module: Module?
  }

  /// `nil` while the module is being loaded.
  private func take(_ range: Range<Int>, _ engine: Engine) -> Answer? {
    state.withLock { state in
      guard let index = state.items.firstIndex(where: { $0.range == range }),
        state.engine == nil || state.engine === engine
      else { return Answer(module: nil) }
      switch state.items[index].status {
      case .begun: return nil
      case .ready(let module): return Answer(module: module)
      case .waiting, .left:
        state.items[index].status = .left
        return Answer(module: nil)
      }
    }
  }
}
