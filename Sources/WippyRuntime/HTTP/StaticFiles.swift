import WippyCore
import WippyProcess
import WippyWASI

/// Answers requests with the files of one directory. Everything that may wait for the disk happens on the blocking pool.
final class StaticFiles: Sendable {
  /// What the paths begin with.
  let prefix: String
  private let root: @Sendable () throws(RuntimeError) -> String
  private let directory: String
  private let index: String

  /// - Parameter root: The directory of the filesystem entry on this machine.
  init(prefix: String, directory: String, index: String, root: @escaping @Sendable () throws(RuntimeError) -> String) {
    self.prefix = prefix
    self.directory = directory
    self.index = index
    self.root = root
  }

  /// Whether a path is one of its files', were they there.
  func covers(_ path: Substring) -> Bool {
    prefix == "/" || path == prefix || path.hasPrefix(prefix + "/")
  }

  func answer(_ exchange: any HTTPExchange, _ reactor: any Reactor) {
    exchange.body.stopReading()
    let head = exchange.head
    guard head.method == "GET" || head.method == "HEAD" else {
      exchange.respond(HTTPResponseHead(status: 405, fields: [HTTPField("allow", "GET, HEAD")]), body: nil)
      return
    }
    let isTaken = reactor.runBlocking { [self] in
      do throws(FileError) {
        try serve(exchange, reactor)
      } catch {
        exchange.respond(.text(error == .access ? 403 : 404), body: HTTPBody(Array("not found\n".utf8)))
      }
    }
    if !isTaken {
      exchange.respond(.text(503, [HTTPField("retry-after", "1")]), body: HTTPBody(Array("overloaded\n".utf8)))
    }
  }

  private func serve(_ exchange: any HTTPExchange, _ reactor: any Reactor) throws(FileError) {
    let head = exchange.head
    let path = head.path.prefix { $0 != "?" }
    guard let inner = inner(path) else { throw .noEntry }
    var (file, name) = (try open(inner), inner)
    if file == nil {
      // A directory's links lead where they should only from a path that ends with a slash.
      guard path.hasSuffix("/") else {
        // Not with two slashes in front, which would name another server.
        let place = "/" + path.drop { $0 == "/" } + "/"
        exchange.respond(HTTPResponseHead(status: 301, fields: [HTTPField("location", place)]), body: nil)
        return
      }
      name = inner.isEmpty ? index : "\(inner)/\(index)"
      file = try open(name)
    }
    guard let file else { throw .noEntry }
    let status = try file.status()
    let answer = FileAnswer(head, FileVersion(status), type: MediaTypes.type(of: name))
    guard let range = answer.range else {
      exchange.respond(answer.head, body: nil)
      return
    }
    guard head.method == "GET" else {
      exchange.respond(answer.head, body: nil)
      return
    }
    let body = HTTPBody()
    guard exchange.respond(answer.head, body: body) else { return }
    FilePump(file, range, into: body, reactor).run()
  }

  /// The path inside of the filesystem; `nil` for what can be none.
  private func inner(_ path: Substring) -> String? {
    guard let decoded = URLText.decoded(prefix == "/" ? path : path.dropFirst(prefix.count), plusIsSpace: false)
    else { return nil }
    let parts = decoded.split(separator: "/")
    guard !decoded.utf8.contains(0), !parts.contains(".."), !parts.contains(".") else { return nil }
    return parts.joined(separator: "/")
  }

  /// A regular file, or `nil` for a directory.
  private func open(_ path: String) throws(FileError) -> RegularFile? {
    let place: String
    do throws(RuntimeError) {
      place = try root()
    } catch { throw .noEntry }
    let whole = [directory, path].filter { !$0.isEmpty }.joined(separator: "/")
    var request = OpenRequest()
    request.reads = true
    request.followsLink = true
    let top = try Directory(hostPath: place, isReadOnly: true)
    guard case .file(let file) = try top.open(try GuestPath(whole.isEmpty ? "." : whole), request) else { return nil }
    return file
  }
}

extension HTTPResponseHead {
  static func text(_ status: UInt16, _ fields: [HTTPField] = []) -> HTTPResponseHead {
    HTTPResponseHead(status: status, fields: [HTTPField("content-type", "text/plain; charset=utf-8")] + fields)
  }
}
