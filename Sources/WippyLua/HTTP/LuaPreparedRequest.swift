import WippyCore

/// A request that a program has described well.
struct LuaPreparedRequest: Sendable {
  let method: String
  let url: URLText
  var options: LuaHTTPOptions

  init(
    _ method: String, _ text: String, _ options: Value, boundary: () -> String
  ) throws(LuaFailure) {
    guard LuaHTTPOptions.isFieldName(method) else {
      throw .error(.invalid, "\"\(method.prefix(40))\" is no method of HTTP", retryable: false)
    }
    guard var url = URLText(text) else {
      throw .error(.invalid, "\"\(text.prefix(80))\" is no URL of http or https", retryable: false)
    }
    var options = try LuaHTTPOptions(options, boundary: boundary)
    if let credentials = url.credentials { options.authorize(credentials) }
    if !options.query.isEmpty {
      url.target += (url.target.contains("?") ? "&" : "?") + LuaHTTPOptions.form(options.query)
    }
    self.method = method
    self.url = url
    self.options = options
  }

  func fetch(
    _ access: LuaHTTPAccess, _ call: LuaCall, _ completion: @escaping LuaHTTPFetch.Completion
  ) -> LuaHTTPFetch {
    LuaHTTPFetch(
      url, options, access: access, reactor: call.context.reactor, inherited: call.vm.inherited, completion)
  }
}
