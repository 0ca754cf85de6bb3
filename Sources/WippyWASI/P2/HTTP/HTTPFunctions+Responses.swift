import WippyComponent
import WippyCore
import WippyEngine

extension HTTPFunctions {
  static let outgoingResponse: InterfaceTable.Functions = [
    "[constructor]outgoing-response": InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: OutgoingResponse(try call.take(0, as: Fields.self)))
      }),
    "[method]outgoing-response.status-code": InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        call.return(u32: UInt32(try call.resource(0, as: OutgoingResponse.self).status))
      }),
    "[method]outgoing-response.set-status-code": InterfaceFunction(
      .takes(.i32, .i32).returns(.i32),
      .immediate { call throws(HostFault) in
        let response = try call.resource(0, as: OutgoingResponse.self)
        call.return(u32: response.setStatus(UInt16(truncatingIfNeeded: call.u32(1))) ? 0 : 1)
      }),
    "[method]outgoing-response.headers": headers { (response: OutgoingResponse) in response.headers },
    "[method]outgoing-response.body": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try call.ownedOrRefused(try call.resource(0, as: OutgoingResponse.self).makeBody())
      }),
    "[static]response-outparam.set": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i64, .i32, .i32, .i32, .i32),
      .immediate { call throws(HostFault) in
        let place = try call.take(0, as: ResponseOutparam.self)
        switch call.u32(1) {
        case 0:
          let response = try call.take(2, as: OutgoingResponse.self)
          place.set(.response(response.head, response.body))
        case 1: place.set(.failed(try call.httpFailure(2)))
        case let other: throw .trap("discriminant \(other) of a result")
        }
      }),
  ]

  static let bodies: InterfaceTable.Functions = [
    "[method]incoming-body.stream": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try call.ownedOrRefused(try call.resource(0, as: IncomingBody.self).stream())
      }),
    "[static]incoming-body.finish": InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: try call.take(0, as: IncomingBody.self).finish())
      }),
    "[method]outgoing-body.write": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        try call.ownedOrRefused(try call.resource(0, as: OutgoingBody.self).write())
      }),
    "[static]outgoing-body.finish": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let body = try call.take(0, as: OutgoingBody.self)
        let trailers = call.bool(1) ? try call.take(2, as: Fields.self).fields : []
        do throws(HTTPFailure) {
          try body.finish(trailers: trailers)
          return .value(.ok(.null))
        } catch {
          return .value(.failed(error))
        }
      }),
  ]

  static let futures: InterfaceTable.Functions = [
    "[method]future-trailers.subscribe": subscribes(FutureTrailers.self),
    "[method]future-trailers.get": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        switch try call.resource(0, as: FutureTrailers.self).get() {
        case .pending: return .value(.null)
        case .taken: return .value(.refused)
        case .trailers(nil): return .value(.ok(.ok(.null)))
        case .trailers(let fields?): return .value(.ok(.ok(try call.own(fields))))
        case .failed(let failure): return .value(.ok(.failed(failure)))
        }
      }),
    "[method]future-incoming-response.subscribe": subscribes(FutureIncomingResponse.self),
    "[method]future-incoming-response.get": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        switch try call.resource(0, as: FutureIncomingResponse.self).get() {
        case .pending: return .value(.null)
        case .taken: return .value(.refused)
        case .response(let response): return .value(.ok(.ok(try call.own(response))))
        case .failed(let failure): return .value(.ok(.failed(failure)))
        }
      }),
  ]
}
