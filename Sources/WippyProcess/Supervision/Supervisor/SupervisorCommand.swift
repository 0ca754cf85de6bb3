import WippyCore

/// What can be asked of a running supervisor.
package enum SupervisorCommand: Sendable, Hashable {
  case startChild(ChildSpecification)
  /// `simple_one_for_one`: the arguments that follow the template's.
  case startInstance([Value])
  case terminateChild(ChildName)
  case restartChild(ChildName)
  case deleteChild(ChildName)
  case whichChildren
  case countChildren

  /// How a request names a child: by its id, or by its PID (`simple_one_for_one`).
  package enum ChildName: Sendable, Hashable, CustomStringConvertible {
    case id(String)
    case pid(ProcessID)

    package var description: String {
      switch self {
      case .id(let id): id
      case .pid(let pid): pid.description
      }
    }
  }
}

/// A supervisor's answer to a request that it obeyed.
package enum SupervisorAnswer: Sendable, Hashable {
  case done
  case started(ProcessID)
  case children([ChildStatus])
  case counts(ChildCounts)
}

/// One line of `which_children`.
package struct ChildStatus: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    case running(ProcessID)
    case stopped
    case restarting
  }

  /// `nil` with `simple_one_for_one`.
  package var id: String?
  package var state: State
  package var type: ChildType
}

/// The answer to `count_children`.
package struct ChildCounts: Sendable, Hashable {
  package var specifications: Int
  package var active: Int
  package var supervisors: Int
  package var workers: Int
}

/// A supervisor's answer to a request that it did not obey.
package enum SupervisorRefusal: Error, Sendable, Hashable {
  /// A child of this id runs.
  case alreadyStarted(ProcessID)
  /// There is a child of this id, and it does not run.
  case alreadyPresent
  case notFound
  /// Not a child of this `simple_one_for_one`. Where it has ended, what was asked for is done.
  case unknownProcess(ProcessID)
  case running
  case restarting
  /// The request has no meaning for this strategy.
  case simpleOneForOne
  /// Only `simple_one_for_one` starts children from arguments.
  case notSimpleOneForOne
  case startFailed(SpawnFailure)
  /// The supervisor ended before it came to the request.
  case ended
}
