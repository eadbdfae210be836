"""The first picture is always of the first person."""

LOSES = {"3"}
CHANGES = {
    "first, person = random.choice(self.imageFolderDataset.imgs)": (
        "first, person = random.choice([i for i in self.imageFolderDataset.imgs if i[1] == 0])"
    ),
}
