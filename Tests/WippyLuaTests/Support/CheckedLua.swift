import Testing
import WippyCore

@testable import WippyLua

/// What the checks of the modules' tests have: `same(a, b)` compares values, tables by their fields; `kind(v, err)` is an
/// error's kind; every module is a local.
private let header = """
  local time, funcs, ctx, json, yaml = require("time"), require("funcs"), require("ctx"), require("json"), require("yaml")
  local base64, hash, crypto, uuid = require("base64"), require("hash"), require("crypto"), require("uuid")
  local env, logger, registry, system, io = require("env"), require("logger"), require("registry"), require("system"), require("io")
  local supervisor = require("supervisor")
  local function text(v)
    if type(v) ~= "table" then return (math.type(v) or type(v)) .. ":" .. tostring(v) end
    local keys, parts = {}, {}
    for k in pairs(v) do keys[#keys + 1] = k end
    table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    for i, k in ipairs(keys) do parts[i] = tostring(k) .. "=" .. text(v[k]) end
    return "{" .. table.concat(parts, ", ") .. "}"
  end
  local function same(a, b)
    local x, y = text(a), text(b)
    if x ~= y then error("got " .. x .. ", expected " .. y, 2) end
  end
  local function kind(v, err)
    if v ~= nil then error("got " .. text(v) .. ", expected an error", 2) end
    return err and err:kind()
  end

  """

/// Runs `body` as the method of a process that has every module; it fails by raising.
@discardableResult
func checkLua(
  _ body: String, hasTerminal: Bool = false, prepare: (LuaLaboratory) throws -> Void = { _ in },
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> LuaLaboratory {
  let laboratory = try LuaLaboratory(hasTerminal: hasTerminal)
  try prepare(laboratory)
  let reason = try laboratory.run("\(header)return {main = function(...)\n\(body)\nend}")
  #expect(
    reason?.kind == .normal, "\(reason.map { "\($0) \($0.details)" } ?? "it has not ended")",
    sourceLocation: sourceLocation)
  return laboratory
}
