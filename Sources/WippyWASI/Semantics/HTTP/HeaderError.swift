/// `header-error`: why fields stay as they are.
package enum HeaderError: String, Error, Hashable, Sendable {
  case invalidSyntax = "invalid-syntax"
  case forbidden
  case immutable
}
