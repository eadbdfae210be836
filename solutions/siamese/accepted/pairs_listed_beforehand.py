"""The pairs of an epoch, one for each picture, are drawn when the data set is made."""


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __init__(self, imageFolderDataset, transform=None):
        super().__init__(imageFolderDataset, transform)
        self.pairs = []
        for path, person in imageFolderDataset.imgs:
            same = random.random() < 0.5
            others = [p for p, other in imageFolderDataset.imgs if (other == person) == same]
            self.pairs.append((path, random.choice(others), same))

    def __getitem__(self, index):
        *paths, same = self.pairs[index]
        images = [Image.open(path).convert("L") for path in paths]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(not same)])
