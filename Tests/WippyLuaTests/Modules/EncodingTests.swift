import Testing

@Suite struct EncodingTests {
  @Test func json() throws {
    try checkLua(
      #"""
      same(json.encode({b = {1, 2.5, "x\n\"\\"}, a = true, n = json.null}), [[{"a":true,"b":[1,2.5,"x\n\"\\"],"n":null}]])
      same(json.encode({}), "[]")
      same(json.encode(nil), "null")
      same(json.encode(0 / 0), "null")
      same(json.decode('{"a": [1, 2.0, -3e2, null, false], "b": {"c": "\\u00fc\\ud83d\\ude00"}}').b.c, "\u{fc}\u{1F600}")
      local t = json.decode('[1, 2.5, null, true]')
      same(t[1], 1) same(t[2], 2.5) assert(t[3] == json.null and t[4] == true and #t == 4)
      same(tostring(json.null), "null")
      same(json.decode("9007199254740993"), 9007199254740993)
      same(json.decode(json.encode({x = {y = {1, 2, {z = "w"}}}})), {x = {y = {1, 2, {z = "w"}}}})
      same(kind(json.decode("{")), "INTERNAL")
      same(kind(json.decode("[1,]")), "INTERNAL")
      same(kind(json.decode(5)), "INVALID")
      same(kind(json.decode("\xff")), "INTERNAL")
      same(kind(json.encode(print)), "INTERNAL")
      same(kind(json.encode({1, x = 2})), "INTERNAL")
      same(kind(json.encode({[3] = 1})), "INTERNAL")
      same(kind(json.encode("\xff")), "INTERNAL")
      local cycle = {} cycle.c = cycle
      same(kind(json.encode(cycle)), "INTERNAL")
      same(kind(json.decode(("["):rep(100000))), "INTERNAL")
      same(#json.decode("[" .. ("1,"):rep(50000) .. "1]"), 50001)
      """#)
  }

  @Test func yaml() throws {
    try checkLua(
      #"""
      local t = yaml.decode("a: 1\nb:\n  - x\n  - 2.5\n  - ~\n  - yes\nc: {d: 'e'}\n")
      same(t.a, 1) same(t.b[1], "x") same(t.b[2], 2.5) same(t.c.d, "e")
      same(yaml.decode(yaml.encode({a = {1, 2, {b = "true"}}, c = "x: y"})), {a = {1, 2, {b = "true"}}, c = "x: y"})
      same(yaml.encode({b = 1, a = 2}, {field_order = {"b", "a"}}), "b: 1\na: 2\n")
      same(yaml.encode({b = 1, a = 2}), "a: 2\nb: 1\n")
      same(kind(yaml.decode("a: [")), "INTERNAL")
      same(kind(yaml.decode("")), "INVALID")
      -- Keys that are maps in maps in maps take the parser's time.
      local _, err = yaml.decode(string.rep("- " .. string.rep("? ", 100) .. "\n", 6))
      same(err:message():find("write keys that are words", 1, true) ~= nil, true)
      same(kind(yaml.decode({})), "INVALID")
      same(kind(yaml.encode("x")), "INVALID")
      same(kind(yaml.encode({print})), "INVALID")
      """#)
  }

  @Test func base64() throws {
    try checkLua(
      #"""
      same(base64.encode("Hello, \xff\xfe!"), "SGVsbG8sIP/+IQ==")
      same(base64.decode("SGVsbG8sIP/+IQ=="), "Hello, \xff\xfe!")
      same(base64.decode("SGVs\nbG8="), "Hello")
      same(base64.encode_raw("Hello"), "SGVsbG8")
      same(base64.decode_raw("SGVsbG8"), "Hello")
      same(base64.encode_url("\xff\xfe"), "__4")
      same(base64.decode_url("__4"), "\xff\xfe")
      same(base64.encode(""), "") same(base64.decode(""), "")
      same(kind(base64.decode("?")), "INVALID")
      same(kind(base64.decode("\xff")), "INVALID")
      same(kind(base64.encode({})), "INVALID")
      same(kind(base64.decode(nil)), "INVALID")
      """#)
  }
}
