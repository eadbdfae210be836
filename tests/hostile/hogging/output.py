"""Prints 500 MB."""

line = "x" * (1 << 20) + "\n"
for _ in range(500):
    print(line, end="")
