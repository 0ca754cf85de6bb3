local funcs = require("funcs")

local function main()
    local product, err = funcs.call("myns:multiply", 6, 7)
    if err then error(err) end
    print("6 * 7 = " .. product)

    local future = funcs.async("myns:multiply", 5, 5)
    local payload = future:response():receive()
    print("5 * 5 = " .. payload:data())
end

return {main = main}
