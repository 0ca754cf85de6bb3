/// What a guest's standard streams are connected to.
package struct StandardStreams: Sendable {
  package var input: any InputSource
  package var output: any OutputSink
  package var error: any OutputSink

  package init(input: any InputSource, output: any OutputSink, error: any OutputSink) {
    self.input = input
    self.output = output
    self.error = error
  }

  /// stdin at its end, stdout and stderr discarded.
  package static var null: StandardStreams {
    StandardStreams(input: NullSource(), output: NullSink(), error: NullSink())
  }

  /// This program's own: descriptors 0, 1 and 2. To be made once, and shared by the processes of a terminal host.
  package static func inherited() -> StandardStreams {
    StandardStreams(input: DescriptorSource(0), output: DescriptorSink(1), error: DescriptorSink(2))
  }

  /// stdin at its end, and each line of stdout and stderr to a closure.
  package static func lines(
    output: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void
  ) -> StandardStreams {
    StandardStreams(input: NullSource(), output: LineSink(output), error: LineSink(error))
  }
}
