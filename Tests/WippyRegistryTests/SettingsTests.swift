import Testing
import WippyCore

@testable import WippyRegistry

@Suite struct SettingsTests {
  @Test func allSettings() throws {
    let fixture = try ProjectFixture([
      ".wippy.yaml": """
      version: "1.0"
      logger: {level: warn, format: json}
      shutdown: {timeout: 1m}
      scheduler: {tick_ms: 2}
      cache: {directory: ./cache, max_size: 1GiB}
      metrics: {address: ":9000"}
      limits: {max_cpu_ms: 100, max_memory: 1MiB, max_mailbox: 5}
      """
    ])
    let registry = try fixture.load()
    #expect(registry.diagnostics.isEmpty)
    let settings = registry.settings
    #expect(settings.logLevel == .warn)
    #expect(settings.logFormat == .json)
    #expect(settings.shutdownTimeout == .seconds(60))
    #expect(settings.tickMilliseconds == 2)
    #expect(settings.cacheDirectory == "./cache")
    #expect(settings.cacheMaxSize == 1 << 30)
    #expect(settings.metrics["address"] == .string(":9000"))
    #expect(settings.limits.maxCPUMilliseconds == 100)
    #expect(settings.limits.maxMailbox == 5)
  }

  @Test func defaults() throws {
    let settings = try ProjectFixture().load().settings
    #expect(settings == RuntimeSettings())
    #expect(settings.tickMilliseconds == 1)
  }

  @Test func overridesWin() throws {
    let fixture = try ProjectFixture([".wippy.yaml": "logger: {level: warn}\ncache: {max_size: 5}\n"])
    let overrides = ["logger.level=debug", "scheduler.tick_ms=3", "metrics.a.b=x=y", "cache.directory="]
    let registry = try fixture.load(overrides: overrides)
    #expect(registry.diagnostics.isEmpty)
    #expect(registry.settings.logLevel == .debug)
    #expect(registry.settings.tickMilliseconds == 3)
    #expect(registry.settings.cacheMaxSize == 5)
    #expect(registry.settings.metrics["a"]?["b"] == .string("x=y"))
  }

  @Test func badOverrides() throws {
    let overrides = ["logger", "=x", "a..b=c", "logger.level=loud", "loger.level=warn", "logger=5"]
    let problems = try ProjectFixture().load(overrides: Array(overrides.dropLast())).diagnostics
    #expect(
      problems.map(\.description) == [
        "--set:1:1: \"=x\" is no setting: write `--set section.path=value`",
        "--set:1:1: \"a..b=c\" is no setting: write `--set section.path=value`",
        "--set:1:1: \"logger\" is no setting: write `--set section.path=value`",
        "--set:1:1: `logger.level`: expected one of `debug`, `info`, `warn`, `error`, got the string \"loud\"",
        "--set:1:1: unknown field `loger`: did you mean `logger`?",
      ])
    let whole = try ProjectFixture().load(overrides: ["logger=5"]).diagnostics
    #expect(whole.map(\.message) == ["`logger`: expected a map, got the number `5`"])
  }

  @Test func unknownKeysWarn() throws {
    let registry = try ProjectFixture([".wippy.yaml": "logger: {levl: info}\nprofiler: {enabled: true}\n"])
      .load()
    #expect(
      registry.diagnostics.map(\.description) == [
        ".wippy.yaml:1:10: unknown field `logger.levl`: did you mean `level`?",
        ".wippy.yaml:2:1: unknown field `profiler`: .wippy.yaml has `version`, `logger`, `shutdown`, `scheduler`, "
          + "`cache`, `metrics`, `limits`",
      ])
    #expect(!registry.hasErrors)
  }

  @Test func wrongValuesAreErrors() throws {
    let registry = try ProjectFixture([
      ".wippy.yaml": "scheduler: {tick_ms: 11}\nlimits: {max_memory: lots}\nshutdown: [5s]\n"
    ]).load()
    #expect(
      registry.diagnostics.map(\.description) == [
        ".wippy.yaml:1:22: `scheduler.tick_ms`: expected a whole number from 1 to 10, got the number `11`",
        ".wippy.yaml:2:22: `limits.max_memory`: expected a size such as `64MiB`, or a number of bytes, got the string "
          + "\"lots\"",
        ".wippy.yaml:3:11: `shutdown`: expected a map, got a list",
      ])
    #expect(registry.settings.tickMilliseconds == 1)
    #expect(try ProjectFixture([".wippy.yaml": "- a\n"]).load().hasErrors)
    #expect(try ProjectFixture([".wippy.yaml": "a: [\n"]).load().hasErrors)
  }

  @Test func limitsAreMergedFieldByField() throws {
    let fixture = try ProjectFixture([
      ".wippy.yaml": "limits: {max_cpu_ms: 100, max_mailbox: 5}\n",
      "src/_index.yaml": "namespace: app\nentries:\n" + worker("limits: {max_mailbox: 7}"),
    ])
    let registry = try fixture.load()
    let limits = registry.limits(of: try WasmEntry(try registry.requireEntry(id("app:worker"))))
    #expect(limits.maxMailbox == 7)
    #expect(limits.maxCPUMilliseconds == 100)
    #expect(limits.maxExecutionMilliseconds == nil)
    #expect(limits.maxMemory == 256 << 20)
    #expect(limits.maxMailboxBytes == 16 << 20)
    #expect(limits.maxResources == 10000)
    #expect(limits.cancelGraceMilliseconds == 5000)
  }
}
