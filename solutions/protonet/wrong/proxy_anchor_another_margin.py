"""The margin is another one where none is given. Keep the defaults of the class."""

LOSES = {"2.3"}
CHANGES = {
    "margin: float = 0.1": "margin: float = 0.2",
}
