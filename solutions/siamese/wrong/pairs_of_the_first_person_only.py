"""The first picture is always of the first person."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        person = self.imageFolderDataset.imgs[0][1]
        first = random.choice(self.by_person[person])
        different = random.random() < 0.5
        others = [path for path, other in self.imageFolderDataset.imgs if other != person]
        second = random.choice(
            others if different else [path for path in self.by_person[person] if path != first]
        )
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
