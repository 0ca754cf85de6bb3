@_extern(c, "arena_reset")
func arenaReset()

/// The layout of a string in the canonical ABI.
struct Text {
  var data: UnsafePointer<UInt8>
  var length: Int
}

@_expose(wasm, "greet")
@_cdecl("greet")
func greet(name: UnsafePointer<UInt8>, length: Int) -> UnsafeMutableRawPointer {
  let name = String(decoding: UnsafeBufferPointer(start: name, count: length), as: UTF8.self)
  let greeting = "Hello from Swift, " + name + "!"
  let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: greeting.utf8.count)
  _ = bytes.initialize(from: greeting.utf8)
  let result = UnsafeMutablePointer<Text>.allocate(capacity: 1)
  result.initialize(to: Text(data: UnsafePointer(bytes.baseAddress!), length: bytes.count))
  return UnsafeMutableRawPointer(result)
}

@_expose(wasm, "cabi_post_greet")
@_cdecl("greetPostReturn")
func greetPostReturn(result: UnsafeMutableRawPointer) {
  arenaReset()
}

@_expose(wasm, "sum-of-squares")
@_cdecl("sumOfSquares")
func sumOfSquares(numbers: UnsafePointer<Int64>, count: Int) -> Int64 {
  UnsafeBufferPointer(start: numbers, count: count).map { $0 &* $0 }.reduce(0, &+)
}
