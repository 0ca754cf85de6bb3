import WippyComponent
import WippyCore

/// `wasi:http`.
enum HTTPFunctions {
  static let types: InterfaceTable.Functions = {
    var all: InterfaceTable.Functions = [:]
    for part in [errors, fields, outgoingRequest, requestOptions, incoming, outgoingResponse, bodies, futures] {
      all.merge(part) { first, _ in first }
    }
    return all
  }()

  private static let errors: InterfaceTable.Functions = [
    "http-error-code": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        .value(try call.resource(0, as: StreamError.self).httpFailure.map(\.value) ?? .null)
      })
  ]

  static let outgoingHandler: InterfaceTable.Functions = [
    "handle": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let request = try call.take(0, as: OutgoingRequest.self)
        let options = call.bool(1) ? try call.take(2, as: RequestOptions.self) : nil
        guard let access = try call.state.environment.http, let client = access.client() else {
          return .value(.failed(HTTPFailure(.configurationError)))
        }
        do throws(HTTPFailure) {
          let prepared = try request.request(options, access: access)
          let future = FutureIncomingResponse(prepared, client: client)
          return try .value(.ok(call.owned(future)))
        } catch {
          return .value(.failed(error))
        }
      })
  ]
}
