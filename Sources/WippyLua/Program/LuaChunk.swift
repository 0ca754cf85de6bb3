import CLua
import Glibc

/// Compiled Lua code, shared by all processes that run it.
///
/// Unchecked: the memory is constant, and freed with the last user.
package final class LuaChunk: @unchecked Sendable {
  /// What positions in messages begin with: the path of the source.
  package let name: String
  let bytes: UnsafePointer<CChar>
  let count: Int
  /// `@` and the name, as Lua wants it.
  let chunkName: UnsafePointer<CChar>

  private init(name: String, bytes: UnsafePointer<CChar>, count: Int, chunkName: UnsafePointer<CChar>) {
    self.name = name
    self.bytes = bytes
    self.count = count
    self.chunkName = chunkName
  }

  deinit {
    free(UnsafeMutablePointer(mutating: bytes))
    free(UnsafeMutablePointer(mutating: chunkName))
  }

  /// The longest source that is compiled, in bytes.
  package static let maximumSource = 8 << 20

  /// Compiles source text. Type annotations are stripped before.
  ///
  /// - Parameter name: The path that messages show.
  /// - Throws: `LuaSyntaxError` with the line.
  package static func compile(_ source: String, name: String) throws(LuaSyntaxError) -> LuaChunk {
    guard source.utf8.count <= maximumSource else {
      throw LuaSyntaxError(file: name, line: 1, message: "the source is longer than \(maximumSource) bytes")
    }
    let chunkName = strdup("@" + name)
    var length = 0
    var message: UnsafeMutablePointer<CChar>?
    var text = TypeAnnotations.strip(source)
    let bytes = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { characters in
        clua_compile(characters.baseAddress, characters.count, chunkName, &length, &message)
      }
    }
    guard let bytes, let chunkName else {
      free(chunkName)
      defer { free(message) }
      throw LuaSyntaxError(file: name, report: message.map { String(cString: $0) } ?? "not enough memory")
    }
    return LuaChunk(name: name, bytes: bytes, count: length, chunkName: chunkName)
  }
}
