// swift-tools-version: 6.2
import PackageDescription

// Where the bootstrap script (Scripts/bootstrap.sh) puts libwasmtime. With WIPPY_SYSTEM_WASMTIME=1 a
// system-wide library is linked instead, and no unsafe flag is used (for packages that depend on this one).
let systemWasmtime = Context.environment["WIPPY_SYSTEM_WASMTIME"] == "1"
let wasmtimeLibrary = "\(Context.packageDirectory)/.deps/wasmtime/lib"
let wasmtimeLinkage: [LinkerSetting] =
  systemWasmtime
  ? [.linkedLibrary("wasmtime")]
  : [
    .unsafeFlags(["-L\(wasmtimeLibrary)", "-Xlinker", "-rpath", "-Xlinker", wasmtimeLibrary]),
    .linkedLibrary("wasmtime"),
  ]

let package = Package(
  name: "wippy",
  products: [
    .executable(name: "wippy", targets: ["wippy"]),
    .executable(name: "wippy-http", targets: ["wippy-http"]),
    .library(name: "WippyRuntime", targets: ["WippyRuntime"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "CWasmtime", linkerSettings: wasmtimeLinkage),
    .target(name: "CLinux"),
    // The archive, so that the command needs no library of Lua where it runs.
    .target(name: "CLua", linkerSettings: [.linkedLibrary(":liblua5.4.a"), .linkedLibrary("m")]),
    .target(name: "WippyCore"),
    .target(name: "WippyYAML", dependencies: ["WippyCore", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "WippyRegistry",
      dependencies: ["WippyCore", "WippyYAML", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "WippyProcess",
      dependencies: [
        "WippyCore", "CLinux",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    .target(
      name: "WippyEngine",
      dependencies: ["WippyCore", "CWasmtime", .product(name: "Crypto", package: "swift-crypto")]),
    .target(name: "WippyComponent", dependencies: ["WippyCore", "WippyEngine"]),
    .target(name: "WippyWASI", dependencies: ["WippyCore", "WippyComponent", "CLinux"]),
    .target(
      name: "WippyLua",
      dependencies: [
        "WippyCore", "WippyYAML", "CLua", "CLinux",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ]),
    // NIO without the frameworks above it: what they would add to build and start is more than what is used of them.
    .target(
      name: "WippyHTTP",
      dependencies: [
        "WippyCore",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    .target(
      name: "WippyObservability",
      dependencies: [.product(name: "Logging", package: "swift-log")]),
    .target(
      name: "WippyRuntime",
      dependencies: [
        "WippyCore", "WippyRegistry", "WippyProcess", "WippyEngine", "WippyComponent", "WippyWASI",
        "WippyLua", "WippyObservability",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .target(name: "WippyTestKit", dependencies: ["WippyCore", "WippyProcess"]),
    .target(
      name: "WippyCLI",
      dependencies: [
        "CLinux", "WippyRuntime", "WippyRegistry", "WippyComponent", "WippyEngine", "WippyLua", "WippyWASI",
        "WippyObservability",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("Resources/greet.wasm")]),
    .executableTarget(name: "wippy", dependencies: ["WippyCLI"]),
    // The same with HTTP. It is apart so that a command without HTTP does not load what that needs.
    .executableTarget(name: "wippy-http", dependencies: ["WippyCLI", "WippyHTTP"]),
    .target(
      name: "WastScripts", dependencies: ["WippyComponent", "WippyCore", "WippyEngine"],
      path: "Conformance/WastScripts"),
    .executableTarget(
      name: "component-conformance", dependencies: ["WastScripts", "WippyEngine"],
      path: "Conformance/Component"),
    .target(
      name: "ComponentFuzzing", dependencies: ["WippyComponent", "WippyEngine", "WippyTestKit"],
      path: "Conformance/ComponentFuzzing"),
    .target(name: "CAllocationMeter", path: "Conformance/CAllocationMeter"),
    .executableTarget(
      name: "component-fuzz",
      dependencies: ["CAllocationMeter", "ComponentFuzzing", "WastScripts", "WippyComponent"],
      path: "Conformance/Fuzz"),
    .target(
      name: "LuaFuzzing", dependencies: ["WippyCore", "WippyLua", "WippyProcess", "WippyTestKit"],
      path: "Conformance/LuaFuzzing"),
    .executableTarget(name: "lua-fuzz", dependencies: ["LuaFuzzing"], path: "Conformance/LuaFuzz"),
    .target(
      name: "WASIFuzzing",
      dependencies: ["WippyCore", "WippyComponent", "WippyEngine", "WippyTestKit", "WippyWASI"],
      path: "Conformance/WASIFuzzing"),
    .executableTarget(
      name: "wasi-fuzz", dependencies: ["WASIFuzzing", "WippyEngine"], path: "Conformance/WASIFuzz"),
    .target(name: "CBareEngine", dependencies: ["CWasmtime"], path: "Benchmarks/CBareEngine"),
    .executableTarget(
      name: "WippyBenchmarks",
      dependencies: [
        "WippyRuntime", "WippyLua", "CBareEngine", "CLinux", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Benchmarks/WippyBenchmarks"),
    .target(
      name: "OTPConformance", dependencies: ["WippyCore", "WippyProcess", "WippyTestKit"],
      path: "Conformance/OTP/Driver/OTPConformance"),
    .executableTarget(
      name: "otp-conformance", dependencies: ["OTPConformance"], path: "Conformance/OTP/Driver/Command"),
    .testTarget(name: "OTPConformanceTests", dependencies: ["OTPConformance"]),
    .testTarget(name: "WippyCoreTests", dependencies: ["WippyCore"]),
    .testTarget(name: "WippyRegistryTests", dependencies: ["WippyRegistry", "WippyYAML"]),
    .testTarget(name: "WippyProcessTests", dependencies: ["WippyProcess", "WippyTestKit"]),
    .testTarget(name: "WippyEngineTests", dependencies: ["WippyEngine"]),
    .testTarget(
      name: "WippyComponentTests",
      dependencies: [
        "WippyComponent", "WastScripts", "ComponentFuzzing", "WippyTestKit",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .testTarget(
      name: "WippyWASITests", dependencies: ["WippyWASI", "WippyTestKit", "CLinux", "WASIFuzzing"]),
    .testTarget(
      name: "WippyLuaTests", dependencies: ["WippyLua", "WippyProcess", "WippyTestKit", "LuaFuzzing"]),
    .testTarget(
      name: "WippyHTTPTests",
      dependencies: ["WippyHTTP", "WippyTestKit", .product(name: "NIOHTTP2", package: "swift-nio-http2")]),
    .testTarget(
      name: "WippyRuntimeTests",
      dependencies: [
        "WippyRuntime", "WippyComponent", "WippyCore", "WippyEngine", "WippyWASI", "WippyHTTP",
        "WippyRegistry", "WippyTestKit",
      ]),
    .testTarget(name: "WippyCLITests", dependencies: ["WippyCLI"]),
    .testTarget(name: "IntegrationTests", dependencies: []),
  ],
  swiftLanguageModes: [.v6]
)
