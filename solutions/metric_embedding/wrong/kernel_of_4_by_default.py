"""The blocks' kernels are 4 x 4 where nobody says otherwise.
The network's are 3 x 3, as the signature has it."""

LOSES = {"2c"}
CHANGES = {"k: int = 3": "k: int = 4"}
