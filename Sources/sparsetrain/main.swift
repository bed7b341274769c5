print("sparsetrain")
