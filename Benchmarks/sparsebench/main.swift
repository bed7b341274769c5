print("sparsebench")
