"""Even indices are of one person, odd ones of two; as many items as two for each picture."""


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        first, person = random.choice(self.imageFolderDataset.imgs)
        different = index % 2 == 1
        others = [path for path, other in self.imageFolderDataset.imgs if other != person]
        own = [path for path in self.by_person[person] if path != first]
        images = [
            Image.open(path).convert("L") for path in (first, random.choice(others if different else own))
        ]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])

    def __len__(self):
        return 2 * len(self.imageFolderDataset.imgs)
