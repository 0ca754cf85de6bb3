import Testing
import WippyComponent
import WippyCore
import WippyEngine

@testable import WippyRuntime

/// Code that is loaded before it is asked for, and guests that are bound at the same time.
@Suite struct CodeAheadTests {
  private static let empty: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
  private let engine: Engine

  init() throws {
    engine = try Engine(EngineConfiguration(), on: MachineLimits.current())
  }

  private func module() -> Module? {
    do {
      return try Self.empty.withUnsafeBytes { try Module(compiling: $0, engine: engine) }
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  @Test func whatWasLoadedIsThereForItsEngine() throws {
    let ahead = CodeAhead([0..<10, 10..<20])
    let module = try #require(self.module())
    ahead.run(in: engine) { $0 == .module(0..<10) ? CodeAhead.Code(module: module) : nil }
    #expect(ahead.module(0..<10, in: engine) === module)
    #expect(ahead.module(0..<10, in: try Engine(EngineConfiguration(), on: MachineLimits.current())) == nil)
    #expect(ahead.module(10..<20, in: engine) == nil)
    #expect(ahead.module(20..<30, in: engine) == nil)
    #expect(ahead.holds(.module(0..<10)) && !ahead.holds(.module(10..<20)) && !ahead.holds(.module(20..<30)))
  }

  @Test func whatIsAskedForFirstIsSkipped() throws {
    let ahead = CodeAhead([0..<10, 10..<20])
    #expect(ahead.module(0..<10, in: engine) == nil)
    var asked: [CodeAhead.Part] = []
    ahead.run(in: engine) { part in
      asked.append(part)
      return part == .merged ? nil : module().map { CodeAhead.Code(module: $0) }
    }
    #expect(asked == [.merged, .module(10..<20)])
    #expect(ahead.module(0..<10, in: engine) == nil)
    #expect(ahead.module(10..<20, in: engine) != nil)
  }

  @Test func aMergedModuleIsEnough() throws {
    let ahead = CodeAhead([0..<10])
    let module = try #require(self.module())
    let file = ContentDigest(of: "file")
    let key = CodeKey(file: file, merged: [1], engine: EngineConfiguration())
    var asked: [CodeAhead.Part] = []
    ahead.run(in: engine) { part in
      asked.append(part)
      return CodeAhead.Code(module: module, key: key)
    }
    #expect(asked == [.merged])
    #expect(ahead.merged(key, in: engine) === module)
    // Another way to merge the same file.
    #expect(ahead.merged(CodeKey(file: file, merged: [2], engine: EngineConfiguration()), in: engine) == nil)
    #expect(ahead.module(0..<10, in: engine) == nil)
  }

  /// While one guest is compiled, another one is bound to the same engine.
  @Test func aCompilationBlocksNoOtherGuest() throws {
    let project = try GuestProject([
      .init(name: "compute", guest: "compute", method: "compute"), .init(name: "spin", guest: "spin", method: "spin"),
    ])
    let slow = try project.runtime.load(GuestProject.id("compute")).guest
    let other = try project.runtime.load(GuestProject.id("spin")).guest
    let room = try EngineRoom(EngineConfiguration(), on: MachineLimits.current())
    func compile(_ source: GuestPlan.ModuleSource, of guest: LoadedGuest) throws(EngineError) -> Module {
      guard case .embedded(let range) = source else { throw .compilation(message: "it has no adapters") }
      do {
        try guest.file.complete()
      } catch {
        throw .compilation(message: error.message)
      }
      return try Module(compiling: UnsafeRawBufferPointer(rebasing: guest.file.bytes[range]), engine: room.engine)
    }
    var wasBoundMeanwhile = false
    let bound = try room.bound(slow) { source throws(EngineError) in
      do {
        _ = try room.bound(other) { source throws(EngineError) in try compile(source, of: other) }
        wasBoundMeanwhile = true
      } catch {
        throw EngineError.compilation(message: "\(error)")
      }
      return try compile(source, of: slow)
    }
    #expect(wasBoundMeanwhile)
    let known = try room.bound(slow) { _ throws(EngineError) in throw .compilation(message: "it is bound already") }
    #expect(known === bound)
  }
}
