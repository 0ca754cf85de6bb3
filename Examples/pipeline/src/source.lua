-- Sends numbers to the worker, one when the last one is done; one of them is poison. The sink, which survives the worker,
-- keeps the place.
local function main()
    process.send("sink", "where", process.pid())
    local first = process.receive():data()
    for number = first, 8 do
        process.send("sink", "at", number)
        process.send("worker", "number", number == 4 and "poison" or number)
        process.receive()
    end
end

return {main = main}
