-- Answers what it is asked, and ends when it is asked to.
local function main()
    process.registry.register("echo")
    while true do
        local event = process.receive()
        if event.type == "CANCEL" then
            return "cancelled: " .. tostring(event.reason)
        elseif event.type == "MESSAGE" then
            process.send(event.from, "answer", event:data())
        end
    end
end

return {main = main}
