import Foundation
import Testing
import WippyCore

@testable import WippyRuntime

/// The module `fs` of Lua.
@Suite struct LuaFilesTests {
  /// Runs the body of a function with the filesystem `files` as `files`.
  private func run(_ body: String) async throws -> Value? {
    let project = try GuestProject(
      [],
      files: [
        "main.lua": """
        local fs, time = require("fs"), require("time")
        local function kind(_, err) return err and err:kind() or "none" end
        local function main()
          local files, err = fs.get("guests:files")
          if err then error(tostring(err)) end
          \(body)
        end
        return {main = main}
        """
      ],
      hosts: """
          - {name: files, kind: fs.directory, directory: ./files, auto_init: true}
          - {name: nowhere, kind: fs.directory, directory: ./nowhere}
          - {name: main, kind: process.lua, source: file://main.lua, method: main, modules: [fs, time]}
        """)
    switch try await project.runtime.spawn(GuestProject.id("main"), arguments: []).exitReason() {
    case .normal(let value): return value
    case let other: return .string("ended: \(other)")
    }
  }

  @Test func filesAreWrittenAndRead() async throws {
    let value = try await run(
      """
      assert(files:writefile("a.txt", "one\\0two"))
      assert(files:writefile("/a.txt", "!", "a"))
      assert(files:mkdir("sub"))
      assert(files:writefile("sub/b", string.rep("x", 200000)))
      local status = assert(files:stat("/a.txt"))
      local names = {}
      for entry in files:readdir("/") do names[#names + 1] = entry.name .. " " .. entry.type end
      table.sort(names)
      return {
        files:readfile("a.txt"), #files:readfile("sub/b"), status.size, status.type, status.is_dir, status.name,
        status.modified:unix() > 1600000000, names, #files:readdir("sub"), files:readdir("sub"):all()[1].name,
        files:exists("sub/b"), files:exists("sub/c"), files:exists("a.txt/c"), files:isdir("sub"), tostring(files),
      }
      """)
    #expect(
      value
        == .array([
          .string("one\0two!"), .integer(200_000), .integer(8), .string("file"), .bool(false), .string("a.txt"),
          .bool(true), .array([.string("a.txt file"), .string("sub directory")]), .integer(1), .string("b"),
          .bool(true),
          .bool(false), .bool(false), .bool(true), .string("filesystem guests:files"),
        ]))
  }

  @Test func filesHavePositions() async throws {
    let value = try await run(
      """
      local file = assert(files:open("f", "w+"))
      assert(file:write("0123456789") == 10)
      local begin = file:seek("set", 2)
      local part = file:read(3)
      local position = file:seek("cur")
      local last = file:seek("end", -1) and file:read()
      local nothing, err = file:read()
      file:seek("set", 1)
      file:write("X")
      assert(file:sync())
      local size = file:stat().size
      local before = kind(file:seek("set", -1))
      assert(file:close())
      local closed = kind(file:read())
      local more = assert(files:open("f", "a"))
      more:write("end")
      local unreadable = kind(more:read())
      do local other <close> = assert(files:open("f")) end
      return {
        begin, part, position, last, nothing == nil and err == nil, size, before, closed, unreadable, files:readfile("f"),
      }
      """)
    #expect(
      value
        == .array([
          .integer(2), .string("234"), .integer(5), .string("9"), .bool(true), .integer(10), .string("INVALID"),
          .string("INVALID"), .string("PERMISSION_DENIED"), .string("0X23456789end"),
        ]))
  }

  @Test func errorsHaveKinds() async throws {
    let value = try await run(
      """
      files:mkdir("d")
      files:writefile("d/f", "")
      return {
        kind(fs.get("guests:none")), kind(fs.get("guests:nowhere")), kind(fs.get("guests:main")), kind(fs.get("not an id")),
        kind(files:readfile("none")), kind(files:readfile("d")), kind(files:readdir("d/f")), kind(files:mkdir("d")),
        kind(files:remove("d")), kind(files:remove("none")), kind(files:writefile("d/f", "", "wx")),
        kind(files:open("d/f", "q")), kind(files:readfile("")), kind(files:readfile("a\\0b")),
        kind(files:remove("d/f")), kind(files:remove("d")), kind(files:stat("d")),
      }
      """)
    guard case .array(let kinds)? = value else {
      Issue.record("\(String(describing: value))")
      return
    }
    #expect(
      kinds
        == [
          "NOT_FOUND", "INVALID", "INVALID", "INVALID", "NOT_FOUND", "INVALID", "INVALID", "ALREADY_EXISTS", "CONFLICT",
          "NOT_FOUND", "ALREADY_EXISTS", "INVALID", "NOT_FOUND", "INVALID", "none", "none", "NOT_FOUND",
        ].map(Value.string))
  }

  @Test func nothingLeadsOut() async throws {
    let value = try await run(
      """
      return {
        kind(files:readfile("../main.lua")), kind(files:readfile("/../main.lua")), kind(files:stat("..")),
        kind(files:exists("../main.lua")), kind(files:writefile("../new", "")), kind(files:mkdir("../new")),
        kind(files:remove("../main.lua")), kind(files:readdir("..")), kind(files:readfile("/etc/passwd")),
      }
      """)
    guard case .array(let kinds)? = value else {
      Issue.record("\(String(describing: value))")
      return
    }
    #expect(kinds.dropLast().allSatisfy { $0 == .string("PERMISSION_DENIED") }, "\(kinds)")
    // Below its own root.
    #expect(kinds.last == .string("NOT_FOUND"))
  }

  @Test func coroutinesWaitByThemselves() async throws {
    let value = try await run(
      """
      local done = channel.new(10)
      for i = 1, 10 do
        coroutine.spawn(function()
          files:writefile("f" .. i, tostring(i))
          done:send(tonumber(files:readfile("f" .. i)))
        end)
      end
      local sum = 0
      for i = 1, 10 do sum = sum + done:receive() end
      return sum
      """)
    #expect(value == .integer(55))
  }

  @Test func openFilesAreBounded() async throws {
    let value = try await run(
      """
      local open = {}
      files:writefile("f", "")
      while true do
        local file, err = files:open("f")
        if err then break end
        open[#open + 1] = file
      end
      local count = #open
      open[1]:close()
      local again = files:open("f")
      return {count, again ~= nil, kind(files:open("f"))}
      """)
    #expect(value == .array([.integer(256), .bool(true), .string("UNAVAILABLE")]))
  }
}
