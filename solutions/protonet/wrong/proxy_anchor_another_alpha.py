"""Alpha is another one where none is given. Keep the defaults of the class."""

LOSES = {"2.3"}
CHANGES = {
    "alpha: float = 32": "alpha: float = 16",
}
