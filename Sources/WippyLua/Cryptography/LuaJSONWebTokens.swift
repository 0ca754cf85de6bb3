import Crypto
import CryptoExtras
import WippyCore

/// `crypto.jwt`: signed tokens (RFC 7519) with HMAC or RSA.
enum LuaJSONWebTokens {
  static let module = LuaModule("jwt", [.function("encode", encode), .function("verify", verify)])

  private enum Algorithm: String {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
  }

  private static func algorithm(_ call: LuaCall) throws(LuaFailure) -> Algorithm {
    let name = try call.string(3, default: "HS256")
    guard let algorithm = Algorithm(rawValue: name) else {
      throw .error(.invalid, "the algorithm \"\(name.prefix(30))\" is not served: write HS256, HS384, HS512 or RS256")
    }
    return algorithm
  }

  private static func code(_ input: [UInt8], _ key: [UInt8], _ algorithm: Algorithm) -> [UInt8] {
    let key = SymmetricKey(data: key)
    return switch algorithm {
    case .hs384: Array(HMAC<SHA384>.authenticationCode(for: input, using: key))
    case .hs512: Array(HMAC<SHA512>.authenticationCode(for: input, using: key))
    default: Array(HMAC<SHA256>.authenticationCode(for: input, using: key))
    }
  }

  private static func encode(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    guard case .table(var claims) = try call.fields(1) else { throw call.expected("table", 1) }
    let key = try LuaCryptoModule.key(call, 2)
    let algorithm = try algorithm(call)
    var header: [Value.Field] = [
      .init("alg", .string(algorithm.rawValue)), .init("typ", .string("JWT")),
    ]
    if let index = claims.firstIndex(where: { $0.key == "_header" }) {
      if case .table(let own) = claims[index].value {
        header += own.filter { $0.key != "alg" && $0.key != "typ" }
      }
      claims.remove(at: index)
    }
    let input: String
    do {
      let parts = [try JSONWriter.text(for: .table(header)), try JSONWriter.text(for: .table(claims))]
      input = parts.map(LuaBase64Module.urlText).joined(separator: ".")
    } catch { throw .error(error) }
    let bytes = Array(input.utf8)
    return try call.work(isLong: algorithm == .rs256, waitingFor: "crypto.jwt") {
      guard algorithm == .rs256 else {
        return .success(.string(input + "." + LuaBase64Module.urlText(code(bytes, key, algorithm))))
      }
      do {
        let privateKey = try _RSA.Signing.PrivateKey(pemRepresentation: String(decoding: key, as: UTF8.self))
        let signature = try privateKey.signature(for: bytes, padding: .insecurePKCS1v1_5)
        return .success(.string(input + "." + LuaBase64Module.urlText(Array(signature.rawRepresentation))))
      } catch { return .failure(LuaErrorValue(.invalid, "the key is no RSA private key in PEM")) }
    }
  }

  private static func verify(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let token = String(decoding: try LuaCryptoModule.bytes(call, 1), as: UTF8.self)
    let key = try LuaCryptoModule.key(call, 2)
    let algorithm = try algorithm(call)
    let hasToExpire = try call.boolean(4, default: true)
    let now = Double(call.services.wallClock().seconds)
    return try call.work(isLong: algorithm == .rs256, waitingFor: "crypto.jwt") {
      let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3, let header = object(parts[0]), let claims = object(parts[1]),
        let signature = Base64.decode(LuaBase64Module.standardText(parts[2]))
      else { return .failure(LuaErrorValue(.internal, "the text is no token")) }
      // The token does not choose how it is verified.
      guard header["alg"] == .string(algorithm.rawValue) else {
        return .failure(LuaErrorValue(.internal, "the token is not signed with \(algorithm.rawValue)"))
      }
      let input = Array("\(parts[0]).\(parts[1])".utf8)
      switch isValid(signature, input, key, algorithm) {
      case .failure(let error): return .failure(error)
      case .success(false): return .failure(LuaErrorValue(.internal, "the signature does not fit the token"))
      case .success(true): break
      }
      if let problem = problem(of: claims, hasToExpire, now) { return .failure(LuaErrorValue(.internal, problem)) }
      return .success(claims)
    }
  }

  private static func object(_ part: String) -> Value? {
    guard let bytes = Base64.decode(LuaBase64Module.standardText(part)),
      let text = String(validating: bytes, as: UTF8.self), let value = try? JSONParser.parse(text),
      case .table = value
    else { return nil }
    return value
  }

  private static func isValid(
    _ signature: [UInt8], _ input: [UInt8], _ key: [UInt8], _ algorithm: Algorithm
  ) -> Result<Bool, LuaErrorValue> {
    guard algorithm == .rs256 else {
      return .success(LuaCryptoModule.areEqual(code(input, key, algorithm), signature))
    }
    do {
      let publicKey = try _RSA.Signing.PublicKey(pemRepresentation: String(decoding: key, as: UTF8.self))
      return .success(
        publicKey.isValidSignature(
          _RSA.Signing.RSASignature(rawRepresentation: signature), for: input, padding: .insecurePKCS1v1_5))
    } catch { return .failure(LuaErrorValue(.invalid, "the key is no RSA public key in PEM")) }
  }

  private static func problem(of claims: Value, _ hasToExpire: Bool, _ now: Double) -> String? {
    func seconds(_ key: String) -> Double? {
      switch claims[key] {
      case .integer(let number): Double(number)
      case .unsigned(let number): Double(number)
      case .float(let number): number
      default: nil
      }
    }
    if hasToExpire {
      guard let expiry = seconds("exp") else { return "the token has no expiry (`exp`)" }
      if now >= expiry { return "the token has expired" }
    }
    if let start = seconds("nbf"), now < start { return "the token is not valid yet" }
    return nil
  }
}
