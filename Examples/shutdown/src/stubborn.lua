local function main()
    print("stubborn: computing for ever")
    while true do end
end

return {main = main}
