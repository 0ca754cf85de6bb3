import Foundation
import WippyCore

/// The certificate of `localhost` that the tests have, which nobody else trusts.
enum TLSFixture {
  static let files: HTTPServerConfiguration.TLSFiles = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/tls")
    return .init(
      certificate: folder.appending(path: "certificate.pem").path, key: folder.appending(path: "key.pem").path)
  }()
}

extension TLSFixture {
  static func text(_ file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }
}
