"""Which kind of pair comes depends on the index alone, three in four: half of them shall be of one person."""

LOSES = {"3"}
CHANGES = {"different = random.random() < 0.5\n": "different = index % 4 != 0\n"}
