local http = require("http")
local funcs = require("funcs")

-- GET /api/items/{id}?name=...
function main()
  local req, res = http.request(), http.response()
  local id = tonumber(req:param("id"))
  if not id then
    res:set_status(http.STATUS.BAD_REQUEST)
    return res:write_json({error = "the id has to be a number"})
  end
  local greeting, err = funcs.call("web:greet", req:query("name") or "nobody")
  if err then
    res:set_status(http.STATUS.SERVICE_UNAVAILABLE)
    return res:write_json({error = err:message()})
  end
  res:write_json({greeting = greeting, id = id})
end
