/// What kinds ask for beyond the type of each field.
enum KindRules {
  static func validate(_ node: SourceNode, kind: String, _ validator: inout FieldValidator) {
    if kind == "process.wasm", let transport = node["transport"], transport.string == "wasi-http" {
      validator.report(
        transport.position,
        "`transport: wasi-http` belongs to functions: make the entry a `function.wasm`, or remove the line")
    }
    if let wasi = node["wasi"] { validate(wasi: wasi, &validator) }
    if kind == "process.supervisor" { validate(supervisor: node, &validator) }
    if let pool = node["pool"], kind.hasPrefix("function.") { validate(pool: pool, of: kind, &validator) }
    if kind == "env.storage.router", let storages = node["storages"], storages.items?.isEmpty == true {
      validator.report(storages.position, "`storages` is empty: list the ids of the storages to ask")
    }
  }

  private static func validate(wasi: SourceNode, _ validator: inout FieldValidator) {
    reportRepeated(
      "wasi.mounts", "guest", in: wasi["mounts"], &validator, key: mountPoint,
      message: {
        "the guest path `\($0)` is mounted twice: give each mount a path of its own"
      })
    reportRepeated(
      "wasi.env", "name", in: wasi["env"], &validator, key: { $0 },
      message: {
        "the variable `\($0)` is set twice: keep one"
      })
  }

  /// `/data`, `/data/` and `//data/.` are the same place.
  private static func mountPoint(_ path: String) -> String {
    path.hasPrefix("/") ? FilePath.normalized(path) : path
  }

  private static func reportRepeated(
    _ path: String, _ field: String, in list: SourceNode?, _ validator: inout FieldValidator,
    key: (String) -> String, message: (String) -> String
  ) {
    var seen: Set<String> = []
    for (index, item) in (list?.items ?? []).enumerated() {
      guard let node = item[field], let text = node.string else { continue }
      if !seen.insert(key(text)).inserted {
        validator.report(node.position, "`\(path)[\(index)].\(field)`: \(message(shortened(text)))")
      }
    }
  }

  private static func validate(pool: SourceNode, of kind: String, _ validator: inout FieldValidator) {
    if let reuse = pool["reuse"], let calls = FieldDecoding.integer(reuse) {
      if calls < 1 { validator.report(reuse.position, "`pool.reuse` is \(calls): write 1, or more") }
      if calls > 1, kind == "function.lua" {
        validator.report(.notice, reuse.position, "`pool.reuse` has no effect: each call of Lua has a state of its own")
      }
    }
    if pool["type"]?.string == "inline" {
      for name in ["reuse", "warm_start"] {
        guard let field = pool[name] else { continue }
        validator.report(
          .notice, field.position, "`pool.\(name)` has no effect: an inline pool makes an instance for each call")
      }
    }
    guard let least = pool["min_size"], let low = FieldDecoding.integer(least),
      let most = pool["max_size"], let high = FieldDecoding.integer(most), low > high
    else { return }
    validator.report(least.position, "`pool.min_size` is above `pool.max_size`: write at most \(high)")
  }

  private static func validate(supervisor node: SourceNode, _ validator: inout FieldValidator) {
    let children = node["children"]?.items ?? []
    reportRepeated(
      "children", "id", in: node["children"], &validator, key: { $0 },
      message: {
        "there are two children `\($0)`: give each its own id"
      })
    for (index, child) in children.enumerated() where child.pairs != nil {
      switch (child["process"], child["supervisor"]) {
      case (nil, nil):
        validator.report(
          child.position, "`children[\(index)]` names nothing to run: add `process: ...` or `supervisor: ...`"
        )
      case (_?, let supervisor?):
        validator.report(
          supervisor.position, "`children[\(index)]` has both a process and a supervisor: keep one")
      case (_?, nil) where node["host"] == nil:
        validator.report(
          child.position, "`children[\(index)]` is a process, and the supervisor has no host: add `host: ...`"
        )
      default: break
      }
    }
    if node["strategy"]?.string == "simple_one_for_one", children.count != 1 {
      validator.report(
        node["children"]?.position ?? node.position,
        "`simple_one_for_one` takes one child as its template, got \(children.count): write one")
    }
  }
}
