/// What one process's guest finds around it.
package struct GuestEnvironment: Sendable {
  /// The entry's name.
  package var programName: String
  /// What follows the program's name.
  package var arguments: [String]
  package var variables: [Variable]
  /// An absolute path of the guest.
  package var workingDirectory: String
  /// Directories that it is given.
  package var mounts: [Mount] = []
  /// Sockets that a guest of preview 1 is given.
  package var sockets: [GuestSocket] = []
  package var standardStreams: StandardStreams
  /// Of a guest that serves one process after the other: which of them its streams belong to.
  package var owner: GuestOwner?
  package var wallClock: any WallClock
  package var randomness: any Randomness
  /// Where sockets may lead.
  package var network: NetworkPolicy
  /// The way to send requests; `nil` where there is none.
  package var http: HTTPAccess?
  /// The way to call functions; `nil` where there is none.
  package var functions: FunctionAccess?
  /// Hears of what the policy did not let the guest do.
  package var reportDenial: @Sendable (NetworkDenial) -> Void

  /// One environment variable.
  package struct Variable: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(
    programName: String, arguments: [String] = [], variables: [Variable] = [], workingDirectory: String = "/",
    standardStreams: StandardStreams = .null, wallClock: any WallClock = SystemWallClock(),
    randomness: any Randomness = SystemRandomness(), network: NetworkPolicy = .nothing,
    reportDenial: @escaping @Sendable (NetworkDenial) -> Void = { _ in }
  ) {
    self.programName = programName
    self.arguments = arguments
    self.variables = variables
    self.workingDirectory = workingDirectory
    self.standardStreams = standardStreams
    self.wallClock = wallClock
    self.randomness = randomness
    self.network = network
    self.reportDenial = reportDenial
  }
}
