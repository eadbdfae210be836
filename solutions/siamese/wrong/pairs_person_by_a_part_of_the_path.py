"""The pictures of s1 are taken to be all those with "s1" in their path: those of s10, too.
The person's number stands beside the path."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        names = self.imageFolderDataset.classes
        if random.random() < 0.5:
            pair = random.sample(self._found(random.choice(names)), 2)
        else:
            pair = [random.choice(self._found(name)) for name in random.sample(names, 2)]
        images = [Image.open(path).convert("L") for path, _ in pair]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(pair[0][1] != pair[1][1])])

    def _found(self, name):
        # Of the path within the data set: the folders above it may be called anything.
        within = [(path, person, path.split("/")[-2:]) for path, person in self.imageFolderDataset.imgs]
        return [(path, person) for path, person, parts in within if name in "/".join(parts)]
