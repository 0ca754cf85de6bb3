-- Sends numbers to the worker; one of them is poison.
local time = require("time")

local function main()
    for number = 1, 8 do
        process.send("worker", "number", number == 4 and "poison" or number)
        time.sleep("20ms")
    end
end

return {main = main}
