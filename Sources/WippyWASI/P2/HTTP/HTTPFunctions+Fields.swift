import WippyComponent
import WippyCore

extension HTTPFunctions {
  static let fields: InterfaceTable.Functions = [
    "[constructor]fields": InterfaceFunction(
      .takes().returns(.i32),
      .immediate { call throws(HostFault) in try call.returnHandle(of: Fields()) }),
    "[static]fields.from-list": InterfaceFunction(
      .takes(.i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let list = try call.fieldList(0)
        switch Result(catching: { () throws(HeaderError) in try Fields.checked(list) }) {
        case .success(let fields):
          try call.checkSize(fields)
          return .value(.ok(try call.own(fields)))
        case .failure(let error): return .value(.one("err", .string(error.rawValue)))
        }
      }),
    "[method]fields.get": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let fields = try call.resource(0, as: Fields.self)
        return .value(.array(fields.values(of: try call.fieldName(1)).map(Value.bytes)))
      }),
    "[method]fields.has": InterfaceFunction(
      .takes(.i32, .i32, .i32).returns(.i32),
      .immediate { call throws(HostFault) in
        let fields = try call.resource(0, as: Fields.self)
        call.return(u32: fields.has(try call.fieldName(1)) ? 1 : 0)
      }),
    "[method]fields.set": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let fields = try call.resource(0, as: Fields.self)
        let name = try call.fieldName(1)
        let values = try call.fieldValues(3)
        return try change(fields, call) { () throws(HeaderError) in try fields.set(name, to: values) }
      }),
    "[method]fields.append": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let fields = try call.resource(0, as: Fields.self)
        let name = try call.fieldName(1)
        let value = try call.byteList(3)
        return try change(fields, call) { () throws(HeaderError) in try fields.append(name, value) }
      }),
    "[method]fields.delete": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32),
      .resumable { call throws(HostFault) in
        let fields = try call.resource(0, as: Fields.self)
        let name = try call.fieldName(1)
        return try change(fields, call) { () throws(HeaderError) in try fields.delete(name) }
      }),
    "[method]fields.entries": InterfaceFunction(
      .takes(.i32, .i32),
      .resumable { call throws(HostFault) in
        let fields = try call.resource(0, as: Fields.self).fields
        return .value(.array(fields.map { .array([.string($0.name), .bytes($0.value)]) }))
      }),
    "[method]fields.clone": InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: Fields(try call.resource(0, as: Fields.self).fields))
      }),
  ]

  private static func change(
    _ fields: Fields, _ call: borrowing HostCall, _ body: () throws(HeaderError) -> Void
  ) throws(HostFault) -> HostReply {
    switch Result(catching: body) {
    case .success:
      try call.checkSize(fields)
      return .value(.ok(.null))
    case .failure(let error): return .value(.one("err", .string(error.rawValue)))
    }
  }
}
