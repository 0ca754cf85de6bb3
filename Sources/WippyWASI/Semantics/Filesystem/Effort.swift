/// How far an operation may go.
package enum Effort: Sendable {
  /// What is in memory; where that is not enough, it fails with `wouldBlock`. For the scheduler's workers.
  case cached
  /// It may wait for the disk. For the pool of blocking threads.
  case full
}
