"""Both pictures are drawn from all: with many people hardly a pair is of one. Toss a coin first."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        first, person = random.choice(self.imageFolderDataset.imgs)
        second, other = random.choice(self.imageFolderDataset.imgs)
        different = person != other
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
