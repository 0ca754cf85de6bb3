/// A source that is at its end.
package final class NullSource: InputSource {
  package init() {}

  package func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome { .end }
  package var readiness: WaitCondition { .ready }
}
