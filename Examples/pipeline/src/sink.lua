-- Prints what arrives.
local function main()
    process.registry.register("sink")
    while true do
        local event = process.receive()
        if event.type == "CANCEL" then return end
        if event.type == "MESSAGE" then print("square: " .. event:data()) end
    end
end

return {main = main}
