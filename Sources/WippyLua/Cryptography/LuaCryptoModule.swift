import Crypto
import CryptoExtras
import WippyCore

/// The module `crypto`.
enum LuaCryptoModule {
  static let module = LuaModule(
    "crypto",
    [
      .module(LuaModule("random", random)),
      .module(
        LuaModule(
          "hmac",
          [
            authentication("sha256") { Array(HMAC<SHA256>.authenticationCode(for: $0, using: $1)) },
            authentication("sha512") { Array(HMAC<SHA512>.authenticationCode(for: $0, using: $1)) },
          ])),
      .module(
        LuaModule(
          "encrypt", [cipher("aes", SealedBytes.sealAES), cipher("chacha20", SealedBytes.sealChaCha)])),
      .module(
        LuaModule(
          "decrypt", [cipher("aes", SealedBytes.openAES), cipher("chacha20", SealedBytes.openChaCha)])),
      .module(LuaJSONWebTokens.module),
      .function("pbkdf2", derive),
      .function("constant_time_compare") { call throws(LuaFailure) in
        let (left, right) = (try bytes(call, 1), try bytes(call, 2))
        call.push(areEqual(left, right))
        return .values
      },
    ])

  private static let maximumRandom: Int64 = 1_048_576
  /// More bytes are worked on by the pool of blocking threads.
  private static let longInput = 256 << 10

  /// Takes as long wherever the first difference is.
  static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    var difference: UInt8 = left.count == right.count ? 0 : 1
    for (left, right) in zip(left, right) { difference |= left ^ right }
    return difference == 0
  }

  static func bytes(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> [UInt8] {
    guard call.type(index) == .string else {
      throw .error(.invalid, "argument \(index): expected a string, got \(call.typeName(index))")
    }
    return try call.bytes(index)
  }

  static func key(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> [UInt8] {
    let key = try bytes(call, index)
    guard !key.isEmpty else { throw .error(.invalid, "the key is empty") }
    return key
  }

  // MARK: - Random

  private static let random: [LuaMember] = [
    .function("bytes") { call throws(LuaFailure) in
      call.push(bytes: call.randomBytes(try length(call)))
      return .values
    },
    .function("string", randomString),
    .function("uuid") { call throws(LuaFailure) in
      call.push(UniqueID(version: 4, content: call.randomBytes(16)).text)
      return .values
    },
  ]

  private static func length(_ call: LuaCall) throws(LuaFailure) -> Int {
    let length = try call.integer(1)
    guard (1...maximumRandom).contains(length) else {
      throw .error(.invalid, "the length has to be from 1 to \(maximumRandom)")
    }
    return Int(length)
  }

  private static func randomString(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let length = try length(call)
    let alphabet =
      call.isNil(2)
      ? Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) : try bytes(call, 2)
    guard (1...256).contains(alphabet.count) else { throw .error(.invalid, "a set has from 1 to 256 characters") }
    // Bytes that would make some characters likelier than others are thrown away.
    let limit = 256 - 256 % alphabet.count
    var text: [UInt8] = []
    text.reserveCapacity(length)
    while text.count < length {
      for byte in call.randomBytes(min(4096, 2 * (length - text.count))) where Int(byte) < limit && text.count < length
      {
        text.append(alphabet[Int(byte) % alphabet.count])
      }
    }
    call.push(bytes: text)
    return .values
  }

  // MARK: - Keys

  private static func authentication(
    _ name: String, _ hash: @escaping @Sendable ([UInt8], SymmetricKey) -> [UInt8]
  ) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      let key = SymmetricKey(data: try key(call, 1))
      let data = try bytes(call, 2)
      return try call.work(isLong: data.count > longInput, waitingFor: "crypto.hmac") {
        .success(.string(LuaHashModule.hexadecimal(hash(data, key))))
      }
    }
  }

  private static func cipher(
    _ name: String, _ apply: @escaping @Sendable (SealedBytes) -> Result<[UInt8], LuaErrorValue>
  ) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      let data = try bytes(call, 1)
      let job = SealedBytes(
        data: data, key: try key(call, 2), authenticated: call.isNil(3) ? [] : try bytes(call, 3),
        nonce: call.randomBytes(12))
      return try call.work(isLong: data.count > longInput, waitingFor: "crypto") { apply(job).map(Value.bytes) }
    }
  }

  private static func derive(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let password = try bytes(call, 1)
    let salt = try bytes(call, 2)
    let iterations = try call.integer(3)
    let length = try call.integer(4)
    guard !password.isEmpty, !salt.isEmpty else { throw .error(.invalid, "the password or the salt is empty") }
    guard (1...10_000_000).contains(iterations) else {
      throw .error(.invalid, "iterations have to be from 1 to 10000000")
    }
    guard (1...1024).contains(length) else { throw .error(.invalid, "the length has to be from 1 to 1024 bytes") }
    let hash: KDF.Insecure.PBKDF2.HashFunction
    switch try call.string(5, default: "sha256") {
    case "sha256": hash = .sha256
    case "sha512": hash = .sha512
    case let other: throw .error(.invalid, "the hash \"\(other.prefix(30))\" is not served: write sha256 or sha512")
    }
    return try call.work(isLong: iterations > 200, waitingFor: "crypto.pbkdf2") {
      do {
        let key = try KDF.Insecure.PBKDF2.deriveKey(
          from: password, salt: salt, using: hash, outputByteCount: Int(length),
          unsafeUncheckedRounds: Int(iterations))
        return .success(.bytes(key.withUnsafeBytes { Array($0) }))
      } catch { return .failure(LuaErrorValue(.internal, "the key cannot be derived: \(error)")) }
    }
  }
}
