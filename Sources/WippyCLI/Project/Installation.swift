import Glibc
import WippyEngine
import WippyLua
import WippyRegistry

/// Looks at what `wippy` needs of its machine.
enum Installation {
  enum State: String {
    case ok
    case note
    case warning
    case failed
  }

  struct Finding {
    var state: State
    var name: String
    var text: String

    init(_ state: State, _ name: String, _ text: String) {
      self.state = state
      self.name = name
      self.text = text
    }
  }

  static func findings(_ options: CommonOptions) -> [Finding] {
    [
      Finding(.ok, "wippy", VersionCommand.number), engine(), library(), cache(options), mappings(),
      openFiles(),
      Finding(.ok, "processors", "\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))"),
      Finding(.ok, "Lua", LuaVersion.text),
    ]
  }

  private static func engine() -> Finding {
    do {
      _ = try Engine(EngineConfiguration())
      return Finding(.ok, "engine", "wasmtime \(EngineVersion.text)")
    } catch {
      return Finding(.failed, "engine", "wasmtime \(EngineVersion.text) does not start: \(error)")
    }
  }

  /// The library that the loader found.
  private static func library() -> Finding {
    let maps: String
    do {
      maps = String(decoding: try readKernelFile("/proc/self/maps"), as: UTF8.self)
    } catch {
      return Finding(.note, "library", "\(error.problems.first?.text ?? "unknown")")
    }
    let line = maps.split(separator: "\n").first { $0.contains("libwasmtime") }
    guard let line, let slash = line.firstIndex(of: "/") else {
      return Finding(.ok, "library", "linked statically")
    }
    return Finding(.ok, "library", String(line[slash...]))
  }

  private static func cache(_ options: CommonOptions) -> Finding {
    var setting: String?
    do {
      let project = try Project.locate(explicit: options.project)
      let environment = currentEnvironment()
      let settings = RuntimeSettings.load(project, overrides: options.settings, environment: environment)
        .settings
      setting = settings.cacheDirectory.map { FilePath.join(project.root, $0) }
      guard let path = CacheLocation.directory(environment: environment, setting: setting) else {
        return Finding(.warning, "cache", "none: set WIPPY_CACHE_DIR or HOME to keep compiled code")
      }
      guard access(path, F_OK) == 0 else { return Finding(.ok, "cache", "\(path) (made when it is needed)") }
      _ = try CacheDirectory.open(path)
      guard access(path, W_OK) == 0 else {
        return Finding(.warning, "cache", "\(path) cannot be written: chmod u+w it")
      }
      return Finding(.ok, "cache", path)
    } catch {
      return Finding(.warning, "cache", "\(error)")
    }
  }

  private static func mappings() -> Finding {
    let limit = MachineLimits.current().mappingLimit
    let text = "vm.max_map_count is \(limit)"
    guard limit < 65_530 else { return Finding(.ok, "mappings", text) }
    return Finding(.warning, "mappings", "\(text): raise it to 65530 or more for many processes (sysctl)")
  }

  private static func openFiles() -> Finding {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return Finding(.note, "open files", "the limit is unknown")
    }
    let text = "at most \(limit.rlim_cur)"
    guard limit.rlim_cur < 1024 else { return Finding(.ok, "open files", text) }
    return Finding(.warning, "open files", "\(text): raise it (ulimit -n)")
  }

  /// Files of /proc have no size, and are read until they end.
  private static func readKernelFile(_ path: String) throws(CommandFailure) -> [UInt8] {
    do {
      return try FileContents.read(path, limit: 64 << 20)
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
