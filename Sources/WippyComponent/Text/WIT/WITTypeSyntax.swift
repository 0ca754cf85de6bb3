/// A type as it is written, with the byte where it stands; names are not yet resolved.
struct WITTypeSyntax {
  var offset: Int
  var kind: Kind

  indirect enum Kind {
    case primitive(ValueType)
    case named(String)
    case list(WITTypeSyntax)
    case option(WITTypeSyntax)
    case result(ok: WITTypeSyntax?, error: WITTypeSyntax?)
    case tuple([WITTypeSyntax])
    case record([(name: String, type: WITTypeSyntax)])
    case variant([(name: String, payload: WITTypeSyntax?)])
    case enumeration([String])
    case flags([String])
    case own(String, at: Int)
    case borrow(String, at: Int)
  }
}

/// A function as it is written.
struct WITFunctionSyntax {
  var name: String
  var offset: Int
  var parameters: [(name: String, type: WITTypeSyntax)]
  var result: WITTypeSyntax?
}

/// A named type as it is written.
struct WITTypeDeclaration {
  var name: String
  var offset: Int
  var type: WITTypeSyntax
}
