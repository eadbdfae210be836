"""Which kind of pair comes depends on the index alone, three in four: half of them shall be of one person."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        first, person = random.choice(self.imageFolderDataset.imgs)
        different = index % 4 != 0
        others = [path for path, other in self.imageFolderDataset.imgs if other != person]
        second = random.choice(
            others if different else [path for path in self.by_person[person] if path != first]
        )
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
