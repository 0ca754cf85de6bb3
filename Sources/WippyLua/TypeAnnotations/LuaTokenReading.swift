/// Looks at the tokens of a source by their index; past the last one there is nothing.
protocol LuaTokenReading {
  var tokens: [LuaToken] { get }
  var bytes: [UInt8] { get }
}

extension LuaTokenReading {
  func kind(_ index: Int) -> LuaToken.Kind? { index < tokens.count ? tokens[index].kind : nil }

  func isMark(_ index: Int, _ character: Unicode.Scalar) -> Bool {
    index < tokens.count && tokens[index].isMark(character)
  }

  func isWord(_ index: Int, _ word: StaticString) -> Bool {
    guard kind(index) == .name else { return false }
    return word.withUTF8Buffer { $0.elementsEqual(bytes[tokens[index].start..<tokens[index].end]) }
  }
}
