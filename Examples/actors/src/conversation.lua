local time = require("time")

local function main()
    local pid, err = process.spawn_monitored("myns:echo", "myns:processes")
    if err then error(err) end

    for _, word in ipairs({"hello", "how are you", "goodbye"}) do
        local _, failure = process.send("echo", "question", word)
        if failure then error(failure) end
        local event = process.receive(time.seconds(5))
        print("it answered: " .. event:data())
    end

    process.cancel(pid, "enough")
    local event = process.receive(time.seconds(5))
    print("it ended: " .. event.value)
end

return {main = main}
