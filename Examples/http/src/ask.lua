local io = require("io")
local client = require("http_client")

local function show(what, response, err)
  if err then
    io.eprint(what .. ": " .. err:message())
    return
  end
  io.print(what .. ": " .. response.status_code .. " " .. response.body)
end

function main(port)
  local address = "127.0.0.1:" .. (port or "8090")
  local base = "http://" .. address
  show("a component", client.post(base .. "/echo", {body = "streamed through"}))
  show("a function", client.post(base .. "/api/greet", {body = "World"}))
  show("Lua", client.get(base .. "/api/items/7", {query = {name = "Ada"}}))
  show("a bad request", client.get(base .. "/api/items/seven"))
  show("a part of a file", client.get(base .. "/hello.txt", {headers = {Range = "bytes=0-4"}}))
  show("health", client.get(base .. "/readyz"))

  -- The same from a guest: a process of its own, which waits without a thread.
  local answer, err = process.exec("web:http_worker", "web:processes", "POST", address, "/echo", "from a guest", 0)
  if err then
    io.eprint("a guest: " .. tostring(err))
    return 1
  end
  io.print("a guest: " .. answer[1] .. " " .. answer[2])
end
