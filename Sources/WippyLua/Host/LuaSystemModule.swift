import CLua
import WippyCore

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The module `system`: what runs here, to read.
enum LuaSystemModule {
  static let module = LuaModule(
    "system",
    [
      .module(
        LuaModule(
          "memory",
          [
            .function("allocated") { call throws(LuaFailure) in
              call.push(Int64(clamping: residentBytes()))
              return .values
            },
            .function("stats") { call throws(LuaFailure) in
              let processes = call.context.system.list()
              return call.returning(
                .table([
                  .init("alloc", .integer(processes.reduce(0) { Int64(clamping: UInt64($0) &+ $1.memory) })),
                  .init("sys", .integer(Int64(clamping: residentBytes()))),
                ]))
            },
          ])),
      .module(
        LuaModule(
          "process",
          [
            .function("pid") { call throws(LuaFailure) in
              call.push(Int64(getpid()))
              return .values
            },
            .function("count") { call throws(LuaFailure) in
              call.push(call.context.system.list().count)
              return .values
            },
            .function("hostname") { call throws(LuaFailure) in
              var name = [CChar](repeating: 0, count: 256)
              guard gethostname(&name, 255) == 0 else { throw .error(.internal, "the host has no name") }
              call.push(String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
              return .values
            },
          ])),
      .module(
        LuaModule(
          "runtime",
          [
            .function("cpu_count") { call throws(LuaFailure) in
              call.push(Int64(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
              return .values
            }
          ])),
      .module(
        LuaModule(
          "node",
          [
            .function("id") { call throws(LuaFailure) in
              call.push(call.services.node)
              return .values
            },
            .function("role") { call throws(LuaFailure) in
              call.push("non-member")
              return .values
            },
          ])),
      .module(
        LuaModule(
          "hosts",
          [
            .function("list") { call throws(LuaFailure) in
              let counts = Dictionary(grouping: call.context.system.list(), by: \.host)
              return call.returning(
                .array(
                  counts.sorted { $0.key < $1.key }.map { host, processes in
                    .table([
                      .init("id", .string(host)), .init("processes", .integer(Int64(processes.count))),
                    ])
                  }))
            },
            .function("processes") { call throws(LuaFailure) in
              let host = try call.string(1)
              let processes = call.context.system.list().filter { $0.host == host }
              return call.returning(.array(processes.map(description)))
            },
          ])),
    ])

  private static func description(_ process: ProcessSnapshot) -> Value {
    var fields: [Value.Field] = [
      .init("pid", .string(process.pid.description)), .init("host", .string(process.host)),
      .init("source", .string(process.entry.description)), .init("state", .string(process.state.rawValue)),
    ]
    if let parent = process.parent { fields.append(.init("parent", .string(parent.description))) }
    return .table(fields)
  }

  /// What this process has in memory, from the kernel.
  private static func residentBytes() -> UInt64 {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return 0 }
    let fields = bytes.prefix(count).split(separator: UInt8(ascii: " "))
    guard fields.count > 1, let pages = UInt64(String(decoding: fields[1], as: UTF8.self)) else { return 0 }
    return pages * UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
  }
}
