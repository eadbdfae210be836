"""The pictures are not made grey: open them with .convert("L")."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        first, person = random.choice(self.imageFolderDataset.imgs)
        different = random.random() < 0.5
        others = [path for path, other in self.imageFolderDataset.imgs if other != person]
        own = [path for path in self.by_person[person] if path != first]
        images = [Image.open(path) for path in (first, random.choice(others if different else own))]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
