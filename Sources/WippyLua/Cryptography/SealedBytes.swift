import Crypto
import WippyCore

/// One encryption or decryption: the nonce stands before what is encrypted, the tag after it.
struct SealedBytes: Sendable {
  let data: [UInt8]
  let key: [UInt8]
  let authenticated: [UInt8]
  /// Twelve random bytes, for encryption.
  let nonce: [UInt8]

  private static let aesKey = LuaErrorValue(.invalid, "a key of 16, 24 or 32 bytes expected")
  private static let chaChaKey = LuaErrorValue(.invalid, "a key of 32 bytes expected")
  private static let damaged = LuaErrorValue(.internal, "decryption failed: another key, or the data was changed")

  static func sealAES(_ job: SealedBytes) -> Result<[UInt8], LuaErrorValue> {
    guard [16, 24, 32].contains(job.key.count) else { return .failure(aesKey) }
    return attempt("encryption failed") {
      let box = try AES.GCM.seal(
        job.data, using: SymmetricKey(data: job.key), nonce: AES.GCM.Nonce(data: job.nonce),
        authenticating: job.authenticated)
      return job.nonce + Array(box.ciphertext) + Array(box.tag)
    }
  }

  static func openAES(_ job: SealedBytes) -> Result<[UInt8], LuaErrorValue> {
    guard [16, 24, 32].contains(job.key.count) else { return .failure(aesKey) }
    guard job.data.count >= 28 else { return .failure(damaged) }
    return attempt(damaged.message) {
      let box = try AES.GCM.SealedBox(combined: job.data)
      return Array(try AES.GCM.open(box, using: SymmetricKey(data: job.key), authenticating: job.authenticated))
    }
  }

  static func sealChaCha(_ job: SealedBytes) -> Result<[UInt8], LuaErrorValue> {
    guard job.key.count == 32 else { return .failure(chaChaKey) }
    return attempt("encryption failed") {
      let box = try ChaChaPoly.seal(
        job.data, using: SymmetricKey(data: job.key), nonce: ChaChaPoly.Nonce(data: job.nonce),
        authenticating: job.authenticated)
      return job.nonce + Array(box.ciphertext) + Array(box.tag)
    }
  }

  static func openChaCha(_ job: SealedBytes) -> Result<[UInt8], LuaErrorValue> {
    guard job.key.count == 32 else { return .failure(chaChaKey) }
    guard job.data.count >= 28 else { return .failure(damaged) }
    return attempt(damaged.message) {
      let box = try ChaChaPoly.SealedBox(combined: job.data)
      return Array(try ChaChaPoly.open(box, using: SymmetricKey(data: job.key), authenticating: job.authenticated))
    }
  }

  /// The library's own words say less than ours.
  private static func attempt(_ message: String, _ body: () throws -> [UInt8]) -> Result<[UInt8], LuaErrorValue> {
    do {
      return .success(try body())
    } catch { return .failure(LuaErrorValue(.internal, message)) }
  }
}
