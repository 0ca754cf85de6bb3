/// What one request asks of TLS besides what the client does by itself. Texts are in PEM form.
package struct HTTPClientTLS: Sendable, Hashable {
  /// Who asks, with the key to it; the server may ask for one.
  package var certificate: String?
  package var key: String?
  /// Trusted in place of the system's roots.
  package var trustRoots: String?
  /// Whose certificate is expected, in place of the URL's host.
  package var serverName: String?
  /// Takes any certificate.
  package var isUnverified = false

  package init() {}
}
