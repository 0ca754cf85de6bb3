import WippyCore
import WippyProcess
import WippyRegistry

/// A service, or a supervisor that is no other supervisor's child: what is started by itself.
struct ServiceUnit: Sendable {
  let entry: Entry
  let specification: ServiceSpecification
  /// `nil` where the entry names none.
  let host: EntryID?
  let startTimeout: UInt64
  /// The units that have to run first.
  var requires: [EntryID] = []

  var id: EntryID { entry.id }

  init(_ entry: Entry) throws(RegistryError) {
    self.entry = entry
    let lifecycle: LifecycleConfiguration
    if entry.kind == "process.supervisor" {
      let supervisor = try SupervisorEntry(entry)
      lifecycle = supervisor.lifecycle
      host = supervisor.host
      specification = ServiceSpecification(process: entry.id, host: supervisor.host, lifecycle)
    } else if entry.kind == "http.service" {
      lifecycle = try HTTPServiceEntry(entry).lifecycle
      host = nil
      specification = ServiceSpecification(process: entry.id, host: nil, lifecycle)
    } else {
      let service = try ServiceEntry(entry)
      lifecycle = service.lifecycle
      host = service.host
      specification = ServiceSpecification(
        process: service.process, host: service.host, arguments: service.input, instances: service.instances,
        lifecycle)
    }
    startTimeout = UInt64(clamping: lifecycle.startTimeout.wholeNanoseconds)
  }
}

extension ServiceSpecification {
  fileprivate init(
    process: EntryID, host: EntryID?, arguments: [Value] = [], instances: Int = 1,
    _ lifecycle: LifecycleConfiguration
  ) {
    let restart = lifecycle.restart
    self.init(
      process: process, host: host, arguments: arguments, instances: instances, policy: RestartType(restart.policy),
      backoff: Backoff(
        initialDelay: UInt64(clamping: restart.initialDelay.wholeNanoseconds),
        maxDelay: UInt64(clamping: restart.maxDelay.wholeNanoseconds), factor: restart.backoffFactor,
        jitter: restart.jitter, maxAttempts: restart.maxAttempts),
      stableThreshold: UInt64(clamping: lifecycle.stableThreshold.wholeNanoseconds),
      startTimeout: UInt64(clamping: lifecycle.startTimeout.wholeNanoseconds),
      stopTimeout: UInt64(clamping: lifecycle.stopTimeout.wholeNanoseconds))
  }
}
