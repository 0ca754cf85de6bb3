import Testing

@testable import WippyRegistry
@testable import WippyRuntime

@Suite struct RouteTableTests {
  private func table() -> RouteTable<String> {
    var table = RouteTable<String>()
    _ = table.add(method: "GET", path: "/", "root")
    _ = table.add(method: "GET", path: "/users/{id}", "user")
    _ = table.add(method: "GET", path: "/users/me", "me")
    _ = table.add(method: "POST", path: "/users/{id}/posts/{post}", "post")
    return table
  }

  @Test(arguments: [
    ("GET", "/", "root []"), ("GET", "/users/7", "user [id=7]"), ("GET", "/users/me?x=1", "me []"),
    ("HEAD", "/users/7", "user [id=7]"), ("POST", "/users/a%2Fb/posts/%C3%BC", "post [id=a/b,post=ü]"),
    ("GET", "/users", "none"), ("GET", "/users/%zz", "none"), ("GET", "/users/%ff", "none"),
    ("DELETE", "/users/7", "other GET"),
  ])
  func matches(_ method: String, _ path: String, _ expected: String) {
    let text =
      switch table().match(method: method, path: path) {
      case .none: "none"
      case .otherMethods(let methods): "other \(methods.joined(separator: ","))"
      case .found(let endpoint, let parameters):
        "\(endpoint) [\(parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ","))]"
      }
    #expect(text == expected)
  }

  @Test func oneEndpointForAPath() {
    var table = table()
    let again = table.add(method: "GET", path: "//users/{name}", "again")
    #expect(!again)
    let put = table.add(method: "PUT", path: "/users/{name}", "put")
    #expect(put)
  }

  @Test(arguments: [("/api", "/greet", "/api/greet"), ("api/", "greet", "/api/greet"), ("", "/", "/")])
  func joins(_ prefix: String, _ path: String, _ expected: String) {
    #expect(HTTPEndpointEntry.joined(prefix, path) == expected)
  }
}
