local time = require("time")

local function main()
    local pid, err = process.spawn_monitored("myns:compute_worker", "myns:processes", 6, 7)
    if err then error("spawn failed: " .. tostring(err)) end

    local event = process.receive(time.seconds(10))
    if event and event.type == "EXIT" then
        local result = event.value
        print("the worker's result is " .. result)
    end
end

return {main = main}
