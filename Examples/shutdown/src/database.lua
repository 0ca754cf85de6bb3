local function main()
    print("database: open")
    process.registry.register("database")
    repeat
        local event = process.receive()
    until event.type == "CANCEL"
    print("database: closed")
end

return {main = main}
