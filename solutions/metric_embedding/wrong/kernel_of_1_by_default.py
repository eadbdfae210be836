"""The blocks' kernels are 1 x 1 where nobody says otherwise: a pixel never meets its neighbours.
The network's are 3 x 3, as the signature has it."""

LOSES = {"2c"}
CHANGES = {"k: int = 3": "k: int = 1"}
