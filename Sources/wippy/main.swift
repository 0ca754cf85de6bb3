print("wippy")
