local fs, io, json = require("fs"), require("io"), require("json")

local function main()
  local output, err = fs.get("myns:output_dir")
  if err then error(tostring(err)) end
  for entry in output:readdir("/") do
    io.print(entry.name)
  end
  local text, err = output:readfile("/summary.json")
  if err then
    io.eprint(err:message() .. ": run the command `process` first")
    return 1
  end
  local summary = json.decode(text)
  io.print(summary.rows .. " rows, together " .. summary.sum)
end

return {main = main}
