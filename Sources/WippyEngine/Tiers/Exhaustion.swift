/// Why the machine cannot hold another process, and what would help.
package struct Exhaustion: Sendable, Hashable, CustomStringConvertible {
  /// Processes that run now.
  package var processes: Int
  /// `vm.max_map_count` of the machine.
  package var mappingLimit: Int

  package init(processes: Int, mappingLimit: Int) {
    self.processes = processes
    self.mappingLimit = mappingLimit
  }

  package var description: String {
    "no room for another process: \(processes) run, and this machine's vm.max_map_count = \(mappingLimit) memory"
      + " mappings hold no more; end some, or raise it with `sysctl -w vm.max_map_count=\(mappingLimit * 4)`"
  }
}
