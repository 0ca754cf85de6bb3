import Testing

@testable import WippyComponent

@Suite struct ExternNameTests {
  @Test(arguments: [
    ("a", ExternName.label("a")),
    ("a1-2-3", .label("a1-2-3")),
    ("is-XML-2b", .label("is-XML-2b")),
    ("[constructor]bucket", .constructor(resource: "bucket")),
    ("[method]bucket.get-all", .method(resource: "bucket", name: "get-all")),
    ("[static]bucket.count", .staticFunction(resource: "bucket", name: "count")),
    ("wasi:http/types", .interface(package: "wasi:http", name: "types", version: nil)),
    ("wasi:http/types@0.2.0", .interface(package: "wasi:http", name: "types", version: "0.2.0")),
    ("a-b:c-d/E-f@1.2.3-rc.1+b.007", .interface(package: "a-b:c-d", name: "E-f", version: "1.2.3-rc.1+b.007")),
    ("wasi:http/types@0.2", .interface(package: "wasi:http", name: "types", version: "0.2")),
    ("unlocked-dep=<a:b>", .dependency("unlocked-dep=<a:b>")),
    ("unlocked-dep=<a:b@{>=1.0.0 <2.0.0}>", .dependency("unlocked-dep=<a:b@{>=1.0.0 <2.0.0}>")),
    ("locked-dep=<a:b@1.0.0>,integrity=<sha256-YQ==>", .dependency("locked-dep=<a:b@1.0.0>,integrity=<sha256-YQ==>")),
    ("url=<https://example.com/a>", .dependency("url=<https://example.com/a>")),
  ]) func wellFormedNamesAreTakenApart(_ text: String, _ name: ExternName) {
    #expect(ExternName(text) == name)
  }

  @Test(arguments: [
    "", "-", "a-", "-a", "a--b", "1a", "aB", "a_b", "a b", "ä", "[method]a", "[method]a.b.c", "[static].a",
    "[constructor]", "[constructor]a.b", "[other]a", "a:b", "a:b/", ":b/c", "a:b/c/d", "a:b:c/d", "A:b/c",
    "a:b/c@", "a:b/c@1.2", "a:b/c@01.2.3", "a:b/c@1.2.3-", "a:b/c@1.2.3+", "a:b/c@1.2.3-01",
    "a:b/c@99999999999999999999.0.0", "a:b/c@0.0", "unlocked-dep=<>", "unlocked-dep=<a>",
    "unlocked-dep=<a:b@1.0.0>", "unlocked-dep=<a:b@{>=1}>", "locked-dep=<a:b", "locked-dep=<a:b>,x", "integrity=<>",
    "integrity=<md5-a>", "other=<a>",
  ]) func malformedNamesAreRefused(_ text: String) {
    #expect(ExternName(text) == nil)
  }

  @Test func namesThatDifferOnlyInCaseOrFormClash() throws {
    func key(_ text: String) throws -> String { try #require(ExternName(text)).uniquenessKey }
    #expect(try key("foo-BAR") == key("FOO-bar"))
    #expect(try key("[method]foo.foo") == key("foo"))
    #expect(try key("[static]foo-BAR.FOO-bar") == key("foo-bar"))
    #expect(try key("[method]foo.bar") == key("[static]FOO.bar"))
    #expect(try key("[constructor]foo") != key("foo"))
    #expect(try key("a:b/c@1.0.0") != key("a:b/c"))
  }

  @Test func versionSuffixCompletesAShortenedVersion() {
    #expect(ExternName.isCompletedVersion(of: "wasi:http/types@0.2", by: ".6-rc.1"))
    #expect(ExternName.isCompletedVersion(of: "wasi:http/types@1", by: ".2.3"))
    #expect(!ExternName.isCompletedVersion(of: "wasi:http/types@0.2.6", by: ""))
    #expect(!ExternName.isCompletedVersion(of: "wasi:http/types@0.2", by: ".x"))
    #expect(!ExternName.isCompletedVersion(of: "wasi:http/types", by: "1.0.0"))
  }
}
