import Crypto
import Foundation
import Testing
import WastScripts
import WippyEngine

/// The scripts of Tests/Fixtures/scripts: each kind of type, each trap of the canonical ABI, handles.
@Suite struct ScriptTests {
  enum Name: String, CaseIterable {
    case resources, traps, types
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/scripts")

  @Test(arguments: Name.allCases) func passes(_ name: Name) throws {
    let script = try Script(try Data(contentsOf: Self.folder.appending(path: "\(name.rawValue).json")))
    let runner = ScriptRunner(engine: try Engine(EngineConfiguration()))
    let (passed, failures) = runner.run(script)
    #expect(failures.isEmpty, "\(failures)")
    #expect(passed == script.commands.count && passed > 10)
  }

  /// `make scripts` makes the fixtures; a forgotten one would test what used to stand there.
  @Test(arguments: Name.allCases) func isMadeOfItsSource(_ name: Name) throws {
    let source = try Data(contentsOf: Self.folder.appending(path: "\(name.rawValue).wast"))
    let script = try Script(try Data(contentsOf: Self.folder.appending(path: "\(name.rawValue).json")))
    let hash = SHA256.hash(data: source).map { String(format: "%02x", $0) }.joined()
    #expect(script.sourceHash == "sha256:\(hash)", "run `make scripts`")
  }

  @Test func everyScriptIsListed() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let scripts = files.filter { $0.hasSuffix(".wast") }.map { String($0.dropLast(5)) }
    #expect(Set(scripts) == Set(Name.allCases.map(\.rawValue)))
  }
}
