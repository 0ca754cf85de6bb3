import WippyComponent

/// `wasi:sockets/network`'s resource. There is one network for a process: what its entry lists.
package final class Network: HostResource {
  package init() {}

  package var outlivesCall: Bool { true }
}
