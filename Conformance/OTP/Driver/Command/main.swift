import Glibc
import OTPConformance

// otp-conformance DIRECTORY FILE.scenario ...: writes what this runtime does, as record.sh does for Erlang.
guard CommandLine.arguments.count > 2 else {
  print("usage: otp-conformance DIRECTORY FILE.scenario ...")
  exit(64)
}
do {
  for file in CommandLine.arguments.dropFirst(2) {
    let name = file.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
    let traces = try Scenario.parse(try TextFile.read(file)).map { scenario in try Stage(scenario).run() }
    try TextFile.write("\(CommandLine.arguments[1])/\(name).trace", traces.joined())
  }
} catch {
  print("otp-conformance: \(error)")
  exit(1)
}
