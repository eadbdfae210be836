"""The convolution has a bias whatever `bias` says.
Pass `bias` on to the convolution."""

LOSES = {"2b"}
CHANGES = {", bias=bias)": ")"}
