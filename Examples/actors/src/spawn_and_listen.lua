local function main()
    local pid, err = process.spawn_monitored("myns:compute_worker", "myns:processes", 6, 7)
    if err then error("spawn failed: " .. tostring(err)) end

    local event = process.events():receive()
    if event.kind == process.event.EXIT then
        local result = event.result.value
        print("the worker's result is " .. result)
    end
end

return {main = main}
