"""A pair of one person is always the same picture twice: the network learns nothing from it."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        first, person = random.choice(self.imageFolderDataset.imgs)
        different = random.random() < 0.5
        second = first
        if different:
            second = random.choice([path for path, other in self.imageFolderDataset.imgs if other != person])
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
