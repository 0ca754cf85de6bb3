import Synchronization
import WippyEngine

/// The modules of one guest, loaded from the cache by a thread of their own while the guest is still being planned: the
/// one that they were merged into where there is one, else each of them.
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

  /// What is loaded.
  enum Part: Equatable {
    case merged
    case module(Range<Int>)
  }

  /// A module; of the merged one also what it is.
  struct Code {
    let module: Module
    var key: CodeKey?
  }

  private struct Item {
    let part: Part
    var status = Status.waiting
  }

  private enum Status {
    case waiting, begun
    case ready(Code)
    /// Not in the cache, or somebody else's.
    case left
  }

  init(_ ranges: [Range<Int>]) {
    state = Mutex(State(items: [Item(part: .merged)] + ranges.map { Item(part: .module($0)) }))
  }

  /// The thread's work.
  func run(in engine: Engine, load: (Part) -> Code?) {
    let count = state.withLock { state in
      state.engine = engine
      return state.items.count
    }
    for index in 0..<count {
      let isEnough = loading.withLock { _ in
        guard let part = begin(index) else { return false }
        let code = load(part)
        state.withLock { $0.items[index].status = code.map { .ready($0) } ?? .left }
        return part == .merged && code != nil
      }
      // Then nobody asks for the parts.
      if isEnough { return }
    }
  }

  private func begin(_ index: Int) -> Part? {
    state.withLock { state in
      guard case .waiting = state.items[index].status else { return nil }
      state.items[index].status = .begun
      return state.items[index].part
    }
  }

  /// The module at `range`, when it was loaded for this engine; else it is the caller's to load.
  func module(_ range: Range<Int>, in engine: Engine) -> Module? { code(.module(range), in: engine)?.module }

  /// The merged module, when it was loaded for this engine and is the one of this key.
  func merged(_ key: CodeKey, in engine: Engine) -> Module? {
    guard let code = code(.merged, in: engine), code.key == key else { return nil }
    return code.module
  }

  private func code(_ part: Part, in engine: Engine) -> Code? {
    if let answer = take(part, engine) { return answer.code }
    // The thread is at it.
    return loading.withLock { _ in take(part, engine)?.code }
  }

  /// Whether the part is loaded already.
  func holds(_ part: Part) -> Bool {
    state.withLock { state in
      for item in state.items where item.part == part {
        if case .ready = item.status { return true }
      }
      return false
    }
  }

  private struct Answer {
    let code: Code?
  }

  /// `nil` while the part is being loaded.
  private func take(_ part: Part, _ engine: Engine) -> Answer? {
    state.withLock { state in
      guard let index = state.items.firstIndex(where: { $0.part == part }),
        state.engine == nil || state.engine === engine
      else { return Answer(code: nil) }
      switch state.items[index].status {
      case .begun: return nil
      case .ready(let code): return Answer(code: code)
      case .waiting, .left:
        state.items[index].status = .left
        return Answer(code: nil)
      }
    }
  }
}
