import WippyRuntime

/// The control socket of a run, for `wippy ps`, `top` and `kill`: made when the run turns out to stay.
struct ControlPoint {
  private let runtime: Runtime
  private let isUrgent: Bool
  private var server: ControlServer?
  private var isTried = false

  /// How long a command has to run before anybody could ask for it.
  private static let delay = 200

  /// - Parameter isUrgent: It stays in any case.
  init(_ runtime: Runtime, isUrgent: Bool) {
    self.runtime = runtime
    self.isUrgent = isUrgent
  }

  /// Milliseconds until a look at whether it stays; `nil` when that is known.
  var patience: Int? { isTried ? nil : ControlPoint.delay }

  /// - Parameter isLate: The patience is over.
  mutating func listen(isStarted: Bool, isLate: Bool) {
    guard isStarted, !isTried, isUrgent || isLate else { return }
    isTried = true
    do throws(RuntimeError) {
      server = try runtime.listenForControl(in: ControlDirectory(environment: currentEnvironment()))
    } catch {
      guard isUrgent else { return }
      StandardError.report([Problem(.warning, "\(error): `wippy ps` will not find this run")])
    }
  }

  mutating func stop() {
    server?.stop()
    server = nil
  }
}
