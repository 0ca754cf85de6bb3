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
  private var chunks: [UnsafeMutableBufferPointer<CChar>] = []
  /// Of the last chunk.
  private var used = 0

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

  /// Copies the bytes of a name to where they stay.
  private func keep(_ name: String) -> UnsafeBufferPointer<CChar> {
    var name = name
    return name.withUTF8 { text in
      if used + text.count > (chunks.last?.count ?? 0) {
        chunks.append(.allocate(capacity: max(Self.chunkSize, text.count)))
        used = 0
      }
      guard let chunk = chunks.last, let base = chunk.baseAddress else {
        return UnsafeBufferPointer(start: nil, count: 0)
      }
      let place = UnsafeMutableRawBufferPointer(start: base + used, count: text.count)
      place.copyMemory(from: UnsafeRawBufferPointer(text))
      used += text.count
      return UnsafeBufferPointer(start: base + (used - text.count), count: text.count)
    }
  }

  private static let chunkSize = 16 << 10

  deinit {
    for chunk in chunks { chunk.deallocate() }
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
