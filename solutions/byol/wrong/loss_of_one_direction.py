"""Only p1 is compared with z2. p2 and z1 count as much."""

LOSES = {"5.3"}
CHANGES = {"return (first + second).mean()": "return first.mean()"}
