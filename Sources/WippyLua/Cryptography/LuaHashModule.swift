import Crypto
import WippyCore

/// The module `hash`.
enum LuaHashModule {
  static let module = LuaModule(
    "hash",
    [
      digest("md5") { Array(Insecure.MD5.hash(data: $0)) },
      digest("sha1") { Array(Insecure.SHA1.hash(data: $0)) },
      digest("sha256") { Array(SHA256.hash(data: $0)) },
      digest("sha384") { Array(SHA384.hash(data: $0)) },
      digest("sha512") { Array(SHA512.hash(data: $0)) },
      authentication("hmac_md5") { Array(HMAC<Insecure.MD5>.authenticationCode(for: $0, using: $1)) },
      authentication("hmac_sha1") { Array(HMAC<Insecure.SHA1>.authenticationCode(for: $0, using: $1)) },
      authentication("hmac_sha256") { Array(HMAC<SHA256>.authenticationCode(for: $0, using: $1)) },
      authentication("hmac_sha384") { Array(HMAC<SHA384>.authenticationCode(for: $0, using: $1)) },
      authentication("hmac_sha512") { Array(HMAC<SHA512>.authenticationCode(for: $0, using: $1)) },
      .function("fnv32") { call throws(LuaFailure) in
        call.push(Int64(FNV.hash32(try input(call, 1))))
        return .values
      },
      .function("fnv64") { call throws(LuaFailure) in
        // All 64 bits: what is above the largest integer is negative.
        call.push(Int64(bitPattern: FNV.hash64(try input(call, 1))))
        return .values
      },
    ])

  /// More bytes are hashed on the pool of blocking threads.
  private static let longInput = 256 << 10

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func input(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> [UInt8] {
    guard call.type(index) == .string else {
      throw .error(.invalid, "argument \(index): expected a string, got \(call.typeName(index))")
    }
    return try call.bytes(index)
  }

  private static func digest(_ name: String, _ hash: @escaping @Sendable ([UInt8]) -> [UInt8]) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      let data = try input(call, 1)
      let isRaw = call.isTrue(2)
      return try call.work(isLong: data.count > longInput, waitingFor: "hash") {
        .success(isRaw ? .bytes(hash(data)) : .string(hexadecimal(hash(data))))
      }
    }
  }

  private static func authentication(
    _ name: String, _ hash: @escaping @Sendable ([UInt8], SymmetricKey) -> [UInt8]
  ) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      let data = try input(call, 1)
      let key = SymmetricKey(data: try input(call, 2))
      let isRaw = call.isTrue(3)
      return try call.work(isLong: data.count > longInput, waitingFor: "hash") {
        .success(isRaw ? .bytes(hash(data, key)) : .string(hexadecimal(hash(data, key))))
      }
    }
  }
}

/// The hash of Fowler, Noll and Vo, variant 1a.
enum FNV {
  static func hash32(_ bytes: [UInt8]) -> UInt32 {
    bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  static func hash64(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
