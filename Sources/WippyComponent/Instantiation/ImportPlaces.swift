import WippyEngine

/// Where the imports of all core modules of a guest come from, in a form that is read without counting references: a
/// component that links libraries has thousands, and looks each of them up for each instance.
final class ImportPlaces: @unchecked Sendable {
  // @unchecked: filled while the guest is bound, and only read then.

  struct Place {
    /// The step whose instance exports it; `nil` for a function of the host.
    var step: Int?
    /// Its number among that instance's exports.
    var index: Int
    /// Its name there, or in the linker.
    var name: UnsafeBufferPointer<CChar>
    /// Its number among those that are imported several times, which are looked up once.
    var shared: Int?
  }

  private(set) var places: [[Place]] = []
  /// How many are imported several times.
  private(set) var sharedCount = 0
  private var names: [UnsafeBufferPointer<CChar>] = []

  /// - Parameter exportCounts: How many exports each step's instance has.
  init(_ steps: [[BoundGuest.CoreSource]], exportCounts: [Int], name: (BoundGuest.CoreSource) -> String) {
    var uses = exportCounts.map { Array(repeating: 0, count: $0) }
    for case .export(let step, let index) in steps.joined() { uses[step][index] += 1 }
    // Numbers of those that are imported several times, 0 while they have none.
    var numbers = exportCounts.map { Array(repeating: 0, count: $0) }
    places = steps.map { sources in
      sources.map { source in
        switch source {
        case .host: return Place(step: nil, index: 0, name: keep(name(source)))
        case .export(let step, let index):
          var place = Place(step: step, index: index, name: UnsafeBufferPointer(start: nil, count: 0))
          if uses[step][index] > 1 {
            if numbers[step][index] == 0 {
              sharedCount += 1
              numbers[step][index] = sharedCount
            }
            place.shared = numbers[step][index] - 1
          }
          place.name = keep(name(source))
          return place
        }
      }
    }
  }

  private func keep(_ name: String) -> UnsafeBufferPointer<CChar> {
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(1, name.utf8.count))
    for (index, byte) in name.utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
    let kept = UnsafeBufferPointer(rebasing: copy[..<name.utf8.count])
    names.append(kept)
    return kept
  }

  deinit {
    for name in names { name.deallocate() }
  }
}

/// The items of one instance that several of its modules import, while it is being made.
final class SharedImports {
  private let items: UnsafeMutableBufferPointer<Extern?>

  init(count: Int) {
    items = .allocate(capacity: count)
    items.initialize(repeating: nil)
  }

  @inline(__always)
  subscript(index: Int) -> Extern? {
    get { items[index] }
    set { items[index] = newValue }
  }

  deinit {
    items.deallocate()
  }
}
