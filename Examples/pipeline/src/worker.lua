-- Squares what it gets, each number in a WebAssembly process of its own.
local function main()
    process.registry.register("worker")
    while true do
        local event = process.receive()
        if event.type == "CANCEL" then return end
        if event.type == "MESSAGE" then
            local number = event:data()
            local square, err = process.exec("pipeline:multiplier", "pipeline:processes", number, number)
            if err then error(err) end
            process.send("sink", "square", square)
            process.send(event.from, "done")
        end
    end
end

return {main = main}
