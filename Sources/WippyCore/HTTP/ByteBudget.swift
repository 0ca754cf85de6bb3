import Synchronization

/// Bytes that several readers may take together.
package final class ByteBudget: Sendable {
  package let limit: Int
  private let spent = Atomic<Int>(0)

  package init(_ limit: Int) {
    self.limit = limit
  }

  /// `false` when there are not so many left.
  package func spend(_ count: Int) -> Bool {
    spent.add(count, ordering: .relaxed).newValue <= limit
  }
}
