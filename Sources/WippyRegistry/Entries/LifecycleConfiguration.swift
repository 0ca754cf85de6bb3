import WippyCore

/// `lifecycle`: when an entry starts and how long it may take.
package struct LifecycleConfiguration: Sendable, Hashable {
  package var autoStart = false
  /// `requires` and `depends_on` together.
  package var requires: [EntryID] = []
  package var startTimeout = Duration.seconds(10)
  package var stopTimeout = Duration.seconds(10)
  package var stableThreshold = Duration.seconds(5)
  package var restart = RestartConfiguration()

  package init() {}

  init(_ reader: EntryReader?) {
    self.init()
    guard let reader else { return }
    autoStart = reader.boolean("auto_start") ?? autoStart
    let references = reader.texts("requires") + reader.texts("depends_on")
    requires = references.compactMap { reader.entry.resolve($0) }
    startTimeout = reader.duration("start_timeout") ?? startTimeout
    stopTimeout = reader.duration("stop_timeout") ?? stopTimeout
    stableThreshold = reader.duration("stable_threshold") ?? stableThreshold
    restart = RestartConfiguration(reader.object("restart"))
  }
}

/// `lifecycle.restart`: what happens after an entry ended.
package struct RestartConfiguration: Sendable, Hashable {
  package enum Policy: String, Sendable, Hashable {
    case permanent, transient, temporary
  }

  package var policy = Policy.transient
  package var initialDelay = Duration.seconds(1)
  package var maxDelay = Duration.seconds(90)
  package var backoffFactor = 2.0
  package var jitter = 0.1
  /// 0 means no limit.
  package var maxAttempts = 0

  package init() {}

  init(_ reader: EntryReader?) {
    self.init()
    guard let reader else { return }
    policy = reader.text("policy").flatMap(Policy.init) ?? policy
    initialDelay = reader.duration("initial_delay") ?? initialDelay
    maxDelay = reader.duration("max_delay") ?? maxDelay
    backoffFactor = reader.node["backoff_factor"].flatMap(FieldDecoding.number) ?? backoffFactor
    jitter = reader.node["jitter"].flatMap(FieldDecoding.number) ?? jitter
    maxAttempts = reader.integer("max_attempts").flatMap { Int(exactly: $0) } ?? maxAttempts
  }
}
