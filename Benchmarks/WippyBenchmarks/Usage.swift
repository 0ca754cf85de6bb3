import Foundation
import Glibc
import WippyRuntime

/// What this program holds of the machine.
struct Usage: CustomStringConvertible {
  /// Bytes.
  let memory: Int
  let mappings: Int
  let descriptors: Int
  let threads: Int
  /// Processes that have a place in an engine, and engines.
  let places: Int
  let engines: Int

  init(_ runtime: Runtime) throws {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    memory = (Int(pages[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    mappings = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).utf8.count { $0 == UInt8(ascii: "\n") }
    // The listing has a descriptor of its own.
    descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count - 1
    threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    (places, engines) = runtime.engineUse
  }

  var description: String {
    "\(memory >> 20) MiB, \(mappings) mappings, \(descriptors) descriptors, \(threads) threads, "
      + "\(places) places in \(engines) engines"
  }
}
