import Testing
import WippyCore
import WippyYAML

@testable import WippyRegistry

@Suite struct TextTests {
  @Test(
    arguments: [
      ("0", 0), ("5ns", 5), ("7us", 7000), ("7\u{B5}s", 7000), ("500ms", 500_000_000),
      ("10s", 10_000_000_000),
      ("1.5s", 1_500_000_000), (".5s", 500_000_000), ("1h30m", 5_400_000_000_000),
      ("1h1m1s1ms", 3_661_001_000_000),
      ("0.1m", 6_000_000_000), ("1.0000000019s", 1_000_000_001),
    ] as [(String, Int64)])
  func durations(_ text: String, _ nanoseconds: Int64) {
    #expect(DurationText.nanoseconds(text) == nanoseconds)
  }

  @Test(arguments: [
    "", "5", "s", ".s", "-5s", "5 s", "1d", "5S", "1h30", "1.2.3s", "9999999999h", "\u{661}s", "1e3s",
  ])
  func noDurations(_ text: String) { #expect(DurationText.nanoseconds(text) == nil) }

  @Test(
    arguments: [
      ("0", 0), ("65536", 65536), ("5B", 5), ("64KiB", 65536), ("64MiB", 64 << 20), ("1GiB", 1 << 30),
      ("2TiB", 2 << 40),
      ("64KB", 64000), ("64MB", 64_000_000), ("1GB", 1_000_000_000),
    ] as [(String, UInt64)])
  func sizes(_ text: String, _ bytes: UInt64) { #expect(SizeText.parse(text) == bytes) }

  @Test(arguments: [
    "", "MiB", "-1", "1.5MiB", "64 MiB", "64mib", "64M", "99999999999GiB", "9223372036854775808", "+5",
  ])
  func noSizes(_ text: String) { #expect(SizeText.parse(text) == nil) }

  @Test(
    arguments: [("0755", 0o755), ("755", 0o755), ("0o600", 0o600), ("7777", 0o7777), ("0", 0)]
      as [(String, UInt32)])
  func modes(_ text: String, _ mode: UInt32) { #expect(FileModeText.parse(text) == mode) }

  @Test(arguments: ["", "0o", "888", "rwx", "17777", "-755", "0x1ff"])
  func noModes(_ text: String) { #expect(FileModeText.parse(text) == nil) }

  @Test func digests() throws {
    let digest = try #require(ContentDigest(declared: "sha256:" + digits.uppercased()))
    #expect(digest.hex == digits)
    #expect(digest.declaration == "sha256:" + digits)
    #expect(digest == ContentDigest(declared: "sha256:" + digits))
  }

  @Test(arguments: [
    ("example.com:443", NetworkRule.Place.name("example.com"), 443, false),
    ("Example.COM:80", .name("example.com"), 80, false),
    ("*.example.com:443", .subdomains(of: ".example.com"), 443, false),
    ("*:443", .any, 443, false),
    ("10.0.0.0/8:80", .network("10.0.0.0", prefix: 8), 80, false),
    ("127.0.0.1:80", .network("127.0.0.1", prefix: 32), 80, false),
    ("[::1]:80", .network("::1", prefix: 128), 80, false),
    ("[fd00::/8]:80", .network("fd00::", prefix: 8), 80, false),
    ("listen:8080", .any, 8080, true),
    ("listen:127.0.0.1:8080", .network("127.0.0.1", prefix: 32), 8080, true),
  ])
  func networkRules(_ text: String, _ place: NetworkRule.Place, _ port: UInt16, _ isListening: Bool) throws {
    let rule = try #require(NetworkRule(text))
    #expect(rule.place == place)
    #expect(rule.port == port)
    #expect(rule.isListening == isListening)
    #expect(rule.description == text)
  }

  @Test(arguments: [
    "", "example.com", ":80", "a:", "a:0", "a:65536", "a:+5", "10.0.0.0/33:80", "10.0.0.0/:80", "a b:80",
    "::1:80", "[a]:80",
    "*.:80", "**:80", "listen:", "listen", "a..b:80", "[]:80",
  ])
  func noNetworkRules(_ text: String) { #expect(NetworkRule(text) == nil) }

  @Test func plainScalars() {
    func value(_ text: String) -> String { "\(ScalarResolution.value(ofPlain: text))" }
    #expect(value("12") == "integer(12)")
    #expect(value("-12") == "integer(-12)")
    #expect(value("0x1F") == "integer(31)")
    #expect(value("0o17") == "integer(15)")
    #expect(value("18446744073709551615") == "unsigned(18446744073709551615)")
    #expect(value("1.5e3") == "float(1500.0)")
    #expect(value("1.") == "float(1.0)")
    #expect(value("true") == "bool(true)")
    #expect(value("~") == "null")
    for text in [
      "yes", "off", "1.2.3", "0x", "0xg", "-", "+", ".", "1_000", "infinity", "nan", "0x-5", "e5", "12:30",
    ] {
      #expect(value(text) == "string(\"\(text)\")")
    }
  }

  @Test func nearNames() {
    #expect(nearestNames(to: "metod", in: ["method", "path", "hash"]) == ["method"])
    #expect(nearestNames(to: "mehtod", in: ["method"]) == ["method"])
    #expect(nearestNames(to: "METHOD", in: ["method"]) == ["method"])
    #expect(nearestNames(to: "xyz", in: ["method", "path"]) == [])
    #expect(nearestNames(to: "", in: ["", "a", "abc"]) == ["", "a"])
    #expect(nearestNames(to: "aaab", in: ["aaac", "aaad", "aaae", "aaaf"]) == ["aaac", "aaad", "aaae"])
    #expect(nearestNames(to: String(repeating: "a", count: 100_000), in: ["a"]) == [])
  }

  @Test func globs() {
    #expect(globMatches("process.*", "process.wasm"))
    #expect(globMatches("*", ""))
    #expect(globMatches("*.*.os", "env.storage.os"))
    #expect(globMatches("a*b*c", "aXbYbZc"))
    #expect(!globMatches("process.*", "function.wasm"))
    #expect(!globMatches("process", "process.wasm"))
    #expect(!globMatches("", "a"))
    #expect(!globMatches(String(repeating: "*a", count: 50), String(repeating: "b", count: 5000)))
  }

  @Test func fieldPaths() {
    #expect(FieldPath.steps("wasi.env[10].id") == [.key("wasi"), .key("env"), .index(10), .key("id")])
    #expect(FieldPath.steps("a[0][1]") == [.key("a"), .index(0), .index(1)])
    #expect(FieldPath.steps("[x].").isEmpty)
  }
}
