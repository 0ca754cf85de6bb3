import NIOSSL
import Testing

@testable import WippyHTTP

/// The fixture's names: localhost, and an address.
@Suite struct CertificateNameTests {
  @Test(arguments: [
    ("localhost", true), ("LOCALHOST.", true), ("127.0.0.1", false), ("a.localhost", false), ("", false),
  ])
  func names(_ host: String, _ expected: Bool) throws {
    let certificate = try #require(try NIOSSLCertificate.fromPEMFile(TLSFixture.files.certificate).first)
    #expect(certificate.isFor(host) == expected)
  }
}
