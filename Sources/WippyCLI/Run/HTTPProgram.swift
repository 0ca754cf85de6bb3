import Glibc
import Synchronization
import WippyCore
import WippyRegistry

/// The program with HTTP in it: `wippy-http`, beside `wippy`.
enum HTTPProgram {
  private static let given = Mutex<(any HTTPStack)?>(nil)

  /// What does HTTP in this program; `nil` in `wippy`.
  static var stack: (any HTTPStack)? { given.withLock { $0 } }

  static func use(_ stack: any HTTPStack) { given.withLock { $0 = stack } }

  /// Goes on as the program with HTTP, with the same arguments; nothing has been started yet.
  static func require() throws(CommandFailure) {
    guard stack == nil else { return }
    guard let own = path(of: "/proc/self/exe"), let slash = own.lastIndex(of: "/") else {
      throw CommandFailure("cannot find out where `wippy` is: /proc is not mounted")
    }
    let program = "\(own[...slash])wippy-http"
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    execv(program, arguments)
    let reason = String(cString: strerror(errno))
    for argument in arguments { free(argument) }
    throw CommandFailure("HTTP needs \(program), which cannot be started: \(reason); install it beside `wippy`")
  }

  /// Whether something in the project does HTTP.
  static func isNeeded(by registry: Registry) -> Bool {
    registry.entries(ofKindGlob: "*").contains { entry in
      if entry.kind.hasPrefix("http.") { return true }
      return ["imports", "modules"].contains { names(entry.fields[$0]) }
    }
  }

  private static func names(_ list: Value?) -> Bool {
    guard case .array(let items) = list else { return false }
    return items.contains { item in
      guard case .string(let name) = item else { return false }
      return name.hasPrefix("wasi:http") || name == "http_client"
    }
  }

  private static func path(of link: String) -> String? {
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      count = buffer.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { max(0, readlink(link, $0, text.count)) } ?? 0
      }
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
