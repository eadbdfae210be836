"""Both pictures are drawn from all: with many people hardly a pair is of one. Toss a coin first."""

LOSES = {"3"}
CHANGES = {
    "different = random.random() < 0.5\n": (
        "different = random.choice(self.imageFolderDataset.imgs)[1] != person\n"
    ),
}
