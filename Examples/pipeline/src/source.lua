-- Sends numbers to the worker; one of them is poison. The sink, which survives the worker, keeps the place.
local time = require("time")

local function main()
    process.send("sink", "where", process.pid())
    local first = process.receive():data()
    for number = first, 8 do
        process.send("sink", "at", number)
        process.send("worker", "number", number == 4 and "poison" or number)
        time.sleep("20ms")
    end
end

return {main = main}
