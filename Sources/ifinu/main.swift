print("ifinu")
