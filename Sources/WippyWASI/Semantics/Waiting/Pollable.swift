import WippyComponent
import WippyCore

/// `wasi:io/poll`'s resource: something that a guest can wait for.
package final class Pollable: HostResource {
  private enum Subject {
    case condition(WaitCondition)
    case stream(any Subscribable)
  }

  private let subject: Subject

  package init(_ condition: WaitCondition) {
    subject = .condition(condition)
  }

  /// A pollable of a stream, whose child it is as long as it lives.
  package init(of stream: any Subscribable) {
    subject = .stream(stream)
    stream.openChildren += 1
  }

  deinit {
    if case .stream(let stream) = subject { stream.openChildren -= 1 }
  }

  package var outlivesCall: Bool {
    if case .stream(let stream) = subject { stream.outlivesCall } else { false }
  }

  package var condition: WaitCondition {
    switch subject {
    case .condition(let condition): condition
    case .stream(let stream): stream.condition
    }
  }
}

/// A resource that pollables are made of.
package protocol Subscribable: HostResource {
  var openChildren: Int { get set }
  /// What has to happen before its next operation has something to say.
  var condition: WaitCondition { get }
}
