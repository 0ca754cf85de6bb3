extension KindTable {
  static let httpKinds: [KindSchema] = [
    KindSchema(
      "http.service", "An HTTP server.",
      [
        FieldSchema("addr", .name, required: true, "Where it listens: `:8090`, `127.0.0.1:8090`."),
        FieldSchema(
          "tls",
          .object([
            FieldSchema("certificate", .name, "The certificate file."),
            FieldSchema("key", .name, "The key file."),
            .absent("mode"), .absent("cert"), .absent("cert_env"), .absent("key_env"), .absent("client_auth"),
            .absent("client_ca"), .absent("client_ca_env"),
          ]), "Serve HTTPS."),
        FieldSchema(
          "limits",
          .object([
            FieldSchema("header_bytes", .size, "Bytes of a request's header."),
            FieldSchema("body_bytes", .size, "Bytes of a request's body."),
            FieldSchema("connections", .count, "Connections at once."),
          ]), "What clients may use."),
        FieldSchema(
          "timeouts",
          .object([
            FieldSchema("header", .duration, "To read a request's header."),
            FieldSchema("read", .duration, "To read a request."),
            FieldSchema("write", .duration, "To write a response."),
            FieldSchema("idle", .duration, "Between requests."),
          ]), "How long clients may take."),
        FieldSchema("http2", .boolean, default: "true", "Serve HTTP/2 too."),
        FieldSchema("metrics", .text(.urlPath), "The path of the metrics."),
        FieldSchema("health", .any, "The paths of the health checks, `{live: /healthz, ready: /readyz}`, or `false`."),
        .absent("host"), .absent("network"),
        lifecycle,
      ]),
    KindSchema(
      "http.router", "Endpoints below a common prefix.",
      [
        FieldSchema("server", server, "The server; or `meta.server`."),
        FieldSchema("prefix", .text(.urlPath), "What the paths begin with."),
        .absent("middleware"), .absent("options"), .absent("post_middleware"), .absent("post_options"),
        idleLifecycle,
      ], meta: [FieldSchema("server", server, "The server.")], alternatives: [["server", "meta.server"]]),
    KindSchema(
      "http.endpoint", "A function behind a path.",
      [
        FieldSchema("router", router, "The router; or `meta.router`."),
        FieldSchema(
          "method", .oneOf(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]),
          required: true, "The HTTP method."),
        FieldSchema("path", .text(.urlPath), required: true, "The path, with `{name}` segments."),
        FieldSchema("func", .reference(["function.*"]), required: true, "The function."),
        idleLifecycle,
      ], meta: [FieldSchema("router", router, "The router.")], alternatives: [["router", "meta.router"]]),
    KindSchema(
      "http.static", "Files of a filesystem behind a path.",
      [
        FieldSchema("server", server, "The server; or `meta.server`, or a router."),
        FieldSchema("router", router, "The router; or `meta.router`, or a server."),
        FieldSchema("path", .text(.urlPath), required: true, "The path."),
        FieldSchema("fs", .reference(["fs.*"]), required: true, "The filesystem."),
        FieldSchema("directory", .text(.innerPath), "A directory inside the filesystem."),
        FieldSchema("index", .name, default: "index.html", "The file of a directory."),
        .absent("static_options"), .absent("middleware"), .absent("options"), .absent("post_middleware"),
        .absent("post_options"),
        idleLifecycle,
      ],
      meta: [FieldSchema("server", server, "The server."), FieldSchema("router", router, "The router.")],
      alternatives: [["server", "router", "meta.server", "meta.router"]]),
  ]

  private static let server = FieldType.reference(["http.service"])
  private static let router = FieldType.reference(["http.router"])
}
