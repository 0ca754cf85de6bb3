/// A sink that discards everything.
package final class NullSink: OutputSink {
  package init() {}

  package func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome { .accepted(bytes.count) }
  package var room: Int { 65_536 }
  package var readiness: WaitCondition { .ready }
}
