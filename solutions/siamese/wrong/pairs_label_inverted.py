"""The label is the other way round: 0 is for one person."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        first, person = random.choice(self.imageFolderDataset.imgs)
        same = random.random() < 0.5
        second, other = random.choice(self.imageFolderDataset.imgs)
        while (other == person) != same:
            second, other = random.choice(self.imageFolderDataset.imgs)
        different = same
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
