-- Prints what arrives, and remembers how far the source has come.
local function main()
    process.registry.register("sink")
    local place = 0
    while true do
        local event = process.receive()
        if event.type == "CANCEL" then return end
        if event.topic == "at" then
            place = event:data()
        elseif event.topic == "where" then
            process.send(event:data(), "from", place + 1)
        elseif event.topic == "square" then
            print("square: " .. event:data())
        end
    end
end

return {main = main}
