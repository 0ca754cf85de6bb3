local time = require("time")

local function main()
    print("web: serving, the database is " .. (process.registry.lookup("database") and "there" or "missing"))
    repeat
        local event = process.receive()
    until event.type == "CANCEL"
    print("web: finishing the last request")
    time.sleep("50ms")
    print("web: stopped")
end

return {main = main}
