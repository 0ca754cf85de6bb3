import WippyCore
import WippyProcess

/// What the runtime has counted, in the text format of Prometheus.
struct MetricsText {
  private(set) var text = ""

  init(_ runtime: Runtime) {
    let scheduler = runtime.scheduler.metrics()
    gauge("wippy_processes", "Processes that run.", Double(scheduler.processes))
    counter("wippy_spawns_total", "Processes that were started.", scheduler.spawned)
    begin("wippy_exits_total", "counter", "Ends of processes, by reason.")
    for exit in scheduler.exits { sample("wippy_exits_total", [("reason", exit.kind.rawValue)], "\(exit.count)") }
    gauge("wippy_run_queue", "Processes that wait for a worker in the shared queue.", Double(scheduler.queued))
    gauge("wippy_mailbox_messages", "Messages that wait in mailboxes.", Double(scheduler.mailboxMessages))
    histogram(
      "wippy_slice_seconds", "How long steps of processes take.", [], SliceMeter.bounds, scheduler.slices.buckets,
      scheduler.slices.sum, isFirst: true)
    functions(runtime)
    supervision(runtime)
    services(runtime)
  }

  private mutating func supervision(_ runtime: Runtime) {
    let histories = runtime.journal.changes.histories
    begin("wippy_service_state", "gauge", "1 for the state that a service is in.")
    for (id, history) in histories {
      for state in ServiceEvent.State.allCases {
        let labels = [("service", "\(id)"), ("state", state.rawValue)]
        sample("wippy_service_state", labels, state == history.state ? "1" : "0")
      }
    }
    begin("wippy_service_transitions_total", "counter", "Changes of a service's state, by the new one.")
    for (id, history) in histories {
      for state in ServiceEvent.State.allCases {
        guard let count = history.transitions[state] else { continue }
        sample("wippy_service_transitions_total", [("service", "\(id)"), ("state", state.rawValue)], "\(count)")
      }
    }
    begin("wippy_service_restarts_total", "counter", "Restarts of a service's instances.")
    for (id, history) in histories {
      sample("wippy_service_restarts_total", [("service", "\(id)")], "\(history.restarts)")
    }
  }

  private mutating func functions(_ runtime: Runtime) {
    let pools = runtime.usedPools.map { ($0.id, $0.use, $0.counts) }
    begin("wippy_function_calls_total", "counter", "Calls of functions that began.")
    for (id, _, counts) in pools { sample("wippy_function_calls_total", [("entry", "\(id)")], "\(counts.begun)") }
    begin("wippy_function_refusals_total", "counter", "Calls of functions that found their queue full.")
    for (id, _, counts) in pools {
      sample("wippy_function_refusals_total", [("entry", "\(id)")], "\(counts.refused)")
    }
    begin("wippy_pool_running", "gauge", "Calls that run in a function's pool.")
    for (id, use, _) in pools { sample("wippy_pool_running", [("entry", "\(id)")], "\(use.running)") }
    begin("wippy_pool_waiting", "gauge", "Calls that wait for a place in a function's pool.")
    for (id, use, _) in pools { sample("wippy_pool_waiting", [("entry", "\(id)")], "\(use.waiting)") }
    let idle = runtime.usedPools.compactMap { pool in pool.idleGuests.map { (pool.id, $0.count, $0.counts) } }
    begin("wippy_pool_idle", "gauge", "Instances of a function's pool that wait for a call.")
    for (id, count, _) in idle { sample("wippy_pool_idle", [("entry", "\(id)")], "\(count)") }
    begin("wippy_pool_reuses_total", "counter", "Calls that got an instance which was there.")
    for (id, _, counts) in idle { sample("wippy_pool_reuses_total", [("entry", "\(id)")], "\(counts.taken)") }
    begin("wippy_pool_retired_total", "counter", "Instances that have served as many calls as they may.")
    for (id, _, counts) in idle { sample("wippy_pool_retired_total", [("entry", "\(id)")], "\(counts.retired)") }
  }

  private mutating func services(_ runtime: Runtime) {
    let services = runtime.httpServices.map { ($0.entry.id, $0.counters.reading) }
    begin("wippy_http_responses_total", "counter", "Responses, by method and status.")
    for (id, reading) in services {
      let sorted = reading.responses.sorted { ($0.key.method, $0.key.status) < ($1.key.method, $1.key.status) }
      for (key, count) in sorted {
        sample(
          "wippy_http_responses_total",
          [("service", "\(id)"), ("method", key.method), ("status", "\(key.status)")], "\(count)")
      }
    }
    begin("wippy_http_incomplete_total", "counter", "Responses that their clients did not get to the end.")
    for (id, reading) in services {
      sample("wippy_http_incomplete_total", [("service", "\(id)")], "\(reading.incomplete)")
    }
    begin("wippy_http_response_bytes_total", "counter", "Bytes of the bodies of responses.")
    for (id, reading) in services {
      sample("wippy_http_response_bytes_total", [("service", "\(id)")], "\(reading.bytes)")
    }
    for (index, (id, reading)) in services.enumerated() {
      histogram(
        "wippy_http_request_seconds", "From a request's header to the end of its response.",
        [("service", "\(id)")], HTTPCounters.bounds, reading.buckets, reading.duration, isFirst: index == 0)
    }
  }

  // MARK: The format

  private mutating func begin(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
    let list = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
    text += list.isEmpty ? "\(name) \(value)\n" : "\(name){\(list)} \(value)\n"
  }

  private mutating func gauge(_ name: String, _ help: String, _ value: Double) {
    begin(name, "gauge", help)
    sample(name, [], "\(Int64(value))")
  }

  private mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
    begin(name, "counter", help)
    sample(name, [], "\(value)")
  }

  private mutating func histogram(
    _ name: String, _ help: String, _ labels: [(String, String)], _ bounds: [UInt64], _ buckets: [UInt64],
    _ sum: UInt64, isFirst: Bool
  ) {
    if isFirst { begin(name, "histogram", help) }
    var total: UInt64 = 0
    for (index, count) in buckets.enumerated() {
      total += count
      let bound = index < bounds.count ? "\(Double(bounds[index]) / 1e9)" : "+Inf"
      sample("\(name)_bucket", labels + [("le", bound)], "\(total)")
    }
    sample("\(name)_sum", labels, "\(Double(sum) / 1e9)")
    sample("\(name)_count", labels, "\(total)")
  }
}
