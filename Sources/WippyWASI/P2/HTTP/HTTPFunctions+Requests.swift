import WippyComponent
import WippyCore
import WippyEngine

extension HTTPFunctions {
  private static let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]
  private static let schemes = ["HTTP", "HTTPS"]

  /// The type `method`.
  private static func value(ofMethod method: String) -> Value {
    methods.contains(method) ? .string(method.lowercased()) : .one("other", .string(method))
  }

  /// The type `option<scheme>`.
  private static func value(ofScheme scheme: String?) -> Value {
    guard let scheme else { return .null }
    let known = scheme.uppercased()
    return schemes.contains(known) ? .string(known) : .one("other", .string(scheme))
  }

  static let outgoingRequest: InterfaceTable.Functions = [
    "[constructor]outgoing-request": InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: OutgoingRequest(try call.take(0, as: Fields.self)))
      }),
    "[method]outgoing-request.body": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try call.ownedOrRefused(try call.resource(0, as: OutgoingRequest.self).makeBody())
      }),
    "[method]outgoing-request.method": reads { (request: OutgoingRequest) in value(ofMethod: request.method) },
    "[method]outgoing-request.path-with-query": reads { (request: OutgoingRequest) in .optional(request.path) },
    "[method]outgoing-request.scheme": reads { (request: OutgoingRequest) in value(ofScheme: request.scheme) },
    "[method]outgoing-request.authority": reads { (request: OutgoingRequest) in .optional(request.authority) },
    "[method]outgoing-request.headers": headers { (request: OutgoingRequest) in request.headers },
    "[method]outgoing-request.set-method": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32).returns(.i32),
      .immediate { call throws(HostFault) in
        let request = try call.resource(0, as: OutgoingRequest.self)
        call.return(u32: request.setMethod(try call.nameOrText(1, names: methods)) ? 0 : 1)
      }),
    "[method]outgoing-request.set-path-with-query": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32).returns(.i32),
      .immediate { call throws(HostFault) in
        let request = try call.resource(0, as: OutgoingRequest.self)
        call.return(u32: request.setPath(try call.optionalText(1)) ? 0 : 1)
      }),
    "[method]outgoing-request.set-scheme": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32).returns(.i32),
      .immediate { call throws(HostFault) in
        let request = try call.resource(0, as: OutgoingRequest.self)
        let scheme = call.bool(1) ? try call.nameOrText(2, names: schemes) : nil
        call.return(u32: request.setScheme(scheme) ? 0 : 1)
      }),
    "[method]outgoing-request.set-authority": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32).returns(.i32),
      .immediate { call throws(HostFault) in
        let request = try call.resource(0, as: OutgoingRequest.self)
        call.return(u32: request.setAuthority(try call.optionalText(1)) ? 0 : 1)
      }),
  ]

  static let requestOptions: InterfaceTable.Functions = [
    "[constructor]request-options": InterfaceFunction(
      .takes().returns(.i32),
      .immediate { call throws(HostFault) in try call.returnHandle(of: RequestOptions()) }),
    "[method]request-options.connect-timeout": reads { (options: RequestOptions) in .optional(options.connectTimeout) },
    "[method]request-options.first-byte-timeout": reads { (options: RequestOptions) in
      .optional(options.firstByteTimeout)
    },
    "[method]request-options.between-bytes-timeout": reads { (options: RequestOptions) in
      .optional(options.betweenBytesTimeout)
    },
    "[method]request-options.set-connect-timeout": setsTimeout { $0.connectTimeout = $1 },
    "[method]request-options.set-first-byte-timeout": setsTimeout { $0.firstByteTimeout = $1 },
    "[method]request-options.set-between-bytes-timeout": setsTimeout { $0.betweenBytesTimeout = $1 },
  ]

  static let incoming: InterfaceTable.Functions = [
    "[method]incoming-request.method": reads { (request: IncomingRequest) in value(ofMethod: request.head.method) },
    "[method]incoming-request.path-with-query": reads { (request: IncomingRequest) in .string(request.head.path) },
    "[method]incoming-request.scheme": reads { (request: IncomingRequest) in value(ofScheme: request.head.scheme) },
    "[method]incoming-request.authority": reads { (request: IncomingRequest) in
      request.head.authority.isEmpty ? .null : .string(request.head.authority)
    },
    "[method]incoming-request.headers": headers { (request: IncomingRequest) in request.headers },
    "[method]incoming-request.consume": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try call.ownedOrRefused(try call.resource(0, as: IncomingRequest.self).consume())
      }),
    "[method]incoming-response.status": InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        call.return(u32: UInt32(try call.resource(0, as: IncomingResponse.self).status))
      }),
    "[method]incoming-response.headers": headers { (response: IncomingResponse) in response.headers },
    "[method]incoming-response.consume": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try call.ownedOrRefused(try call.resource(0, as: IncomingResponse.self).consume())
      }),
  ]

  // MARK: Functions that are alike

  /// `func() -> T`, of more than one core value
  static func reads<Object: HTTPResource & SendableMetatype>(
    _ body: @escaping @Sendable (Object) -> Value
  ) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in .value(body(try call.resource(0, as: Object.self))) })
  }

  /// `func() -> headers`
  static func headers<Object: HTTPResource & SendableMetatype>(
    _ body: @escaping @Sendable (Object) -> [HTTPField]
  ) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        let object = try call.resource(0, as: Object.self)
        try call.returnHandle(of: Fields(body(object), of: object))
      })
  }

  /// `func() -> pollable`
  static func subscribes<Object: HTTPResource & SendableMetatype>(_ type: Object.Type) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: Pollable(of: try call.resource(0, as: Object.self)))
      })
  }

  /// `func(duration: option<duration>) -> result`
  private static func setsTimeout(
    _ body: @escaping @Sendable (RequestOptions, UInt64?) -> Void
  ) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32, .i32, .i64).returns(.i32),
      .immediate { call throws(HostFault) in
        body(try call.resource(0, as: RequestOptions.self), call.bool(1) ? call.u64(2) : nil)
        call.return(u32: 0)
      })
  }
}
