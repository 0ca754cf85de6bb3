import Testing

@Suite struct CryptographyTests {
  @Test func digests() throws {
    try checkLua(
      #"""
      same(hash.md5("abc"), "900150983cd24fb0d6963f7d28e17f72")
      same(hash.sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d")
      same(hash.sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      same(#hash.sha384("abc"), 96)
      same(hash.sha512("abc"):sub(1, 16), "ddaf35a193617aba")
      same(#hash.sha256("abc", true), 32)
      same(hash.hmac_md5("what do ya want for nothing?", "Jefe"), "750c783e6ab0b503eaa86e310a5db738")
      same(hash.hmac_sha1("what do ya want for nothing?", "Jefe"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
      same(hash.hmac_sha256("what do ya want for nothing?", "Jefe"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
      same(#hash.hmac_sha384("a", "b"), 96) same(#hash.hmac_sha512("a", "b"), 128)
      same(hash.fnv32("a"), 0xe40c292c) same(hash.fnv64("a"), 0xaf63dc4c8601ec8c)
      -- Long input is worked on elsewhere, with the same result.
      same(hash.sha256(("a"):rep(1000000)), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
      same(kind(hash.sha256(5)), "INVALID") same(kind(hash.hmac_sha256("a")), "INVALID")
      """#)
  }

  @Test func randomness() throws {
    try checkLua(
      #"""
      same(#crypto.random.bytes(16), 16)
      same(#crypto.random.string(100), 100)
      assert(crypto.random.string(50, "ab"):match("^[ab]+$"))
      assert(uuid.validate(crypto.random.uuid()))
      same(kind(crypto.random.bytes(0)), "INVALID") same(kind(crypto.random.bytes(1 << 40)), "INVALID")
      same(kind(crypto.random.string(5, "")), "INVALID")
      """#)
  }

  @Test func keysAndCiphers() throws {
    try checkLua(
      #"""
      same(crypto.hmac.sha256("Jefe", "what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
      same(#crypto.hmac.sha512("key", "data"), 128)
      for name, size in pairs{aes = 32, chacha20 = 32} do
        local key = ("k"):rep(size)
        local sealed = crypto.encrypt[name]("secret", key, "header")
        assert(sealed ~= "secret" and #sealed > 6)
        same(crypto.decrypt[name](sealed, key, "header"), "secret")
        assert(kind(crypto.decrypt[name](sealed, key, "other")))
        assert(kind(crypto.decrypt[name](sealed, ("x"):rep(size), "header")))
        assert(kind(crypto.decrypt[name]("short", key)))
        same(kind(crypto.encrypt[name]("secret", "too short")), "INVALID")
      end
      local derived = crypto.pbkdf2("password", "salt", 1, 32)
      same(base64.encode(derived), "Eg+2z/z4syxD5yJSVsT4N6hlSMkszDVICAWYfLcL4Xs=")
      same(#crypto.pbkdf2("password", "salt", 1000, 64, "sha512"), 64)
      same(kind(crypto.pbkdf2("p", "s", 0, 32)), "INVALID") same(kind(crypto.pbkdf2("p", "s", 1, 32, "md5")), "INVALID")
      same(crypto.constant_time_compare("abc", "abc"), true) same(crypto.constant_time_compare("abc", "abd"), false)
      same(crypto.constant_time_compare("abc", "ab"), false)
      -- Where nothing can wait, long work is refused.
      local t = setmetatable({}, {__tostring = function() return crypto.pbkdf2("p", "s", 1000, 32) end})
      assert(not pcall(string.format, "%s", t))
      """#)
  }

  @Test func tokens() throws {
    try checkLua(
      #"""
      for _, algorithm in ipairs{"HS256", "HS384", "HS512"} do
        local token = crypto.jwt.encode({sub = "ann", exp = 100, _header = {kid = "1"}}, "secret", algorithm)
        same(crypto.jwt.verify(token, "secret", algorithm).sub, "ann")
        assert(kind(crypto.jwt.verify(token, "other", algorithm)))
        assert(kind(crypto.jwt.verify(token .. "x", "secret", algorithm)))
      end
      local token = crypto.jwt.encode({sub = "ann"}, "secret")
      assert(kind(crypto.jwt.verify(token, "secret")))
      same(crypto.jwt.verify(token, "secret", "HS256", false).sub, "ann")
      assert(kind(crypto.jwt.verify(token, "secret", "HS512", false)))
      assert(kind(crypto.jwt.verify(crypto.jwt.encode({exp = 0}, "secret"), "secret")))
      assert(kind(crypto.jwt.verify(crypto.jwt.encode({exp = 100, nbf = 50}, "secret"), "secret")))
      same(kind(crypto.jwt.encode({}, "secret", "none")), "INVALID")
      same(kind(crypto.jwt.encode({}, "no key", "RS256")), "INVALID")
      assert(kind(crypto.jwt.verify("a.b", "secret")))
      """#)
  }

  @Test func uniqueIDs() throws {
    try checkLua(
      #"""
      for version, id in pairs{[1] = uuid.v1(), [4] = uuid.v4(), [7] = uuid.v7()} do
        assert(uuid.validate(id)) same(uuid.version(id), version) same(uuid.parse(id).version, version)
      end
      local dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
      same(uuid.v3(dns, "www.example.com"), "5df41881-3aed-3515-88a7-2f4a814cf09e")
      same(uuid.v5(dns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2")
      same(uuid.format(dns, "simple"), "6ba7b8109dad11d180b400c04fd430c8")
      same(uuid.format(dns, "urn"), "urn:uuid:" .. dns) same(uuid.format(dns), dns)
      same(type(uuid.variant(dns)), "string") same(uuid.parse(dns).node, "00c04fd430c8")
      same(uuid.validate("x"), false) same(uuid.validate(5), false)
      same(kind(uuid.version("x")), "INVALID") same(kind(uuid.v5("x", "y")), "INVALID") same(kind(uuid.v3(dns)), "INVALID")
      same(kind(uuid.format(dns, "other")), "INVALID") same(kind(uuid.parse({})), "INVALID")
      """#)
  }
}
