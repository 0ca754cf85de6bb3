import Glibc
import Synchronization
import Testing

@testable import WippyWASI

/// Both ways of following a path must agree, and never lead out.
@Suite struct PathResolverTests {
  static let methods: [PathResolver.Method] = [.walk] + (PathResolver.preferred == .kernel ? [.kernel] : [])

  /// `box` with what is in it, beside `secret`, which nothing in the box may reach.
  private func scratch() -> ScratchDirectory {
    let scratch = ScratchDirectory()
    scratch.write("secret", "secret")
    scratch.makeDirectory("box")
    scratch.makeDirectory("box/a")
    scratch.makeDirectory("box/a/b")
    scratch.write("box/file", "outer")
    scratch.write("box/a/b/file", "inner")
    scratch.link("box/up", to: "..")
    scratch.link("box/secret", to: "../secret")
    scratch.link("box/absolute", to: "\(scratch.path)/secret")
    scratch.link("box/self", to: "self")
    scratch.link("box/a/back", to: "../file")
    scratch.link("box/deep", to: "a/b/")
    scratch.link("box/dangling", to: "nowhere")
    scratch.link("box/a/b/over", to: "../../../box/file")
    scratch.link("box/process", to: "/proc/self/root")
    return scratch
  }

  private func read(_ path: String, _ directory: Directory, follow: Bool = true) throws(FileError) -> String {
    var request = OpenRequest()
    request.reads = true
    request.followsLink = follow
    guard case .file(let file) = try directory.open(try GuestPath(path), request) else { return "directory" }
    return String(decoding: try file.read(100, at: 0), as: UTF8.self)
  }

  private func error(_ path: String, _ directory: Directory, follow: Bool = true) -> FileError? {
    do throws(FileError) {
      _ = try read(path, directory, follow: follow)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: methods) func whatIsBelowIsFound(method: PathResolver.Method) throws {
    let scratch = scratch()
    let box = try scratch.directory("box", method: method)
    for (path, content) in [
      ("file", "outer"), ("./file", "outer"), ("a/../file", "outer"), ("a/b/../../file", "outer"),
      (
        "a//b/./file", "inner"
      ),
      ("a/back", "outer"), ("deep/file", "inner"), ("deep/../back", "outer"), (".", "directory"), ("a/", "directory"),
      ("a/b/..", "directory"), ("deep", "directory"), ("deep/", "directory"), ("a/b/../..", "directory"),
    ] {
      #expect(try read(path, box) == content, "\(path)")
    }
  }

  @Test(arguments: methods) func nothingLeadsOut(method: PathResolver.Method) throws {
    let scratch = scratch()
    let box = try scratch.directory("box", method: method)
    for path in [
      "..", "../secret", "../box/file", "a/../../secret", "a/b/../../../secret", "up", "up/secret",
      "up/box/file", "secret",
      "absolute", "a/../secret", "a/b/over", "process", "process/etc/passwd", "../../../../../../etc/passwd",
    ] {
      #expect(error(path, box) == .notPermitted, "\(path)")
    }
    #expect(throws: FileError.notPermitted) { try GuestPath("/etc/passwd") }
    #expect(throws: FileError.noEntry) { try GuestPath("") }
    #expect(throws: FileError.invalid) { try GuestPath("a\0b") }
    #expect(throws: FileError.nameTooLong) { try GuestPath(String(repeating: "a/", count: 3000)) }
  }

  @Test(arguments: methods) func errorsAreTheKernels(method: PathResolver.Method) throws {
    let scratch = scratch()
    let box = try scratch.directory("box", method: method)
    #expect(error("self", box) == .loop)
    #expect(error("self/x", box) == .loop)
    #expect(error("dangling", box) == .noEntry)
    #expect(error("none/file", box) == .noEntry)
    #expect(error("file/x", box) == .notDirectory)
    #expect(error("file/", box) == .notDirectory)
    #expect(error("file/..", box) == .notDirectory)
    #expect(error("a/back", box, follow: false) == .loop)
    #expect(error(String(repeating: "n", count: 300), box) == .nameTooLong)
  }

  @Test(arguments: methods) func linksAreNotFollowedByWhatChangesThem(method: PathResolver.Method) throws {
    let scratch = scratch()
    let box = try scratch.directory("box", method: method)
    #expect(try box.status(of: try GuestPath("a/back"), followsLink: false).type == .symbolicLink)
    #expect(try box.status(of: try GuestPath("a/back"), followsLink: true).type == .regularFile)
    #expect(try box.symbolicLinkTarget(of: try GuestPath("a/back")) == "../file")
    #expect(throws: FileError.notPermitted) { try box.symbolicLinkTarget(of: try GuestPath("absolute")) }
    #expect(throws: FileError.invalid) { try box.symbolicLinkTarget(of: try GuestPath("file")) }
    try box.unlinkFile(try GuestPath("secret"))
    #expect(scratch.text("secret") == "secret")
    try box.rename(try GuestPath("absolute"), to: box, as: try GuestPath("renamed"))
    #expect(scratch.exists("secret"))
    #expect(throws: FileError.notPermitted) { try box.createDirectory(try GuestPath("up/new")) }
    #expect(throws: FileError.notPermitted) { try box.createDirectory(try GuestPath("../new")) }
    #expect(throws: FileError.notPermitted) { try box.removeDirectory(try GuestPath("..")) }
    #expect(throws: FileError.notPermitted) {
      try box.rename(try GuestPath("file"), to: box, as: try GuestPath("up/f"))
    }
    #expect(throws: FileError.notPermitted) {
      try box.link(try GuestPath("up/secret"), to: box, as: try GuestPath("f"))
    }
    var request = OpenRequest()
    request.creates = true
    request.writes = true
    request.followsLink = true
    for path in ["up/made", "absolute2/made", "../made"] {
      #expect(throws: FileError.self) { try box.open(try GuestPath(path), request) }
    }
    // Through a link that dangles inside.
    _ = try box.open(try GuestPath("dangling"), request)
    #expect(scratch.exists("box/nowhere"))
    request.isExclusive = true
    #expect(throws: FileError.exist) { try box.open(try GuestPath("a/back"), request) }
  }

  /// A directory below is moved out, and back, while somebody walks through it and up again.
  @Test(arguments: methods) func renamesDuringTheWalk(method: PathResolver.Method) throws {
    let scratch = ScratchDirectory()
    scratch.write("file", "secret")
    scratch.makeDirectory("box")
    scratch.write("box/file", "mine")
    scratch.makeDirectory("box/a")
    scratch.makeDirectory("box/a/b")
    let box = try scratch.directory("box", method: method)
    let isDone = Flag()
    let inside = "\(scratch.path)/box/a/b"
    let outside = "\(scratch.path)/b"
    var thread = pthread_t()
    let mover = Mover(inside: inside, outside: outside, isDone: { isDone.isSet })
    pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Mover>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(mover).toOpaque())
    var found = 0
    for _ in 0..<3000 {
      do throws(FileError) {
        let text = try read("a/b/../../file", box)
        #expect(text == "mine")
        found += 1
      } catch {
        // It was away, or on its way.
        #expect(error == .noEntry || error == .notPermitted)
      }
    }
    isDone.set()
    pthread_join(thread, nil)
    #expect(found > 0)
  }

  /// A name is a directory one moment, and a link that leads out the next.
  @Test(arguments: methods) func swappedForALink(method: PathResolver.Method) throws {
    let scratch = ScratchDirectory()
    scratch.makeDirectory("out")
    scratch.write("out/file", "secret")
    scratch.makeDirectory("box")
    scratch.makeDirectory("box/a")
    scratch.write("box/a/file", "mine")
    scratch.link("trap", to: "../out")
    let box = try scratch.directory("box", method: method)
    let isDone = Flag()
    let swapper = Swapper(
      first: "\(scratch.path)/box/a", second: "\(scratch.path)/trap", spare: "\(scratch.path)/spare",
      isDone: { isDone.isSet })
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Swapper>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(swapper).toOpaque())
    var found = 0
    for _ in 0..<3000 {
      do throws(FileError) {
        let text = try read("a/file", box)
        #expect(text == "mine")
        found += 1
      } catch {
        #expect([.noEntry, .notPermitted, .loop].contains(error))
      }
    }
    isDone.set()
    pthread_join(thread, nil)
    #expect(found > 0)
  }

  @Test func workersDoNotWait() throws {
    let scratch = scratch()
    let box = try scratch.directory("box", method: .walk)
    #expect(throws: FileError.wouldBlock) { try box.status(of: try GuestPath("file"), followsLink: false, .cached) }
    guard PathResolver.preferred == .kernel else { return }
    let other = try scratch.directory("box", method: .kernel)
    _ = try other.status(of: try GuestPath("a/b/file"), followsLink: false)
    // Now it is in memory.
    #expect(try other.status(of: try GuestPath("a/b/file"), followsLink: false, .cached).size == 5)
  }
}

private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)

  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}

/// Moves a directory out and back until it is told to end.
private final class Mover: Sendable {
  let inside: String
  let outside: String
  let isDone: @Sendable () -> Bool

  init(inside: String, outside: String, isDone: @escaping @Sendable () -> Bool) {
    self.inside = inside
    self.outside = outside
    self.isDone = isDone
  }

  func run() {
    while !isDone() {
      rename(inside, outside)
      rename(outside, inside)
    }
  }
}

/// Gives two names to each other until it is told to end.
private final class Swapper: Sendable {
  let first: String
  let second: String
  let spare: String
  let isDone: @Sendable () -> Bool

  init(first: String, second: String, spare: String, isDone: @escaping @Sendable () -> Bool) {
    self.first = first
    self.second = second
    self.spare = spare
    self.isDone = isDone
  }

  func run() {
    while !isDone() {
      rename(first, spare)
      rename(second, first)
      rename(first, second)
      rename(spare, first)
    }
  }
}
