"""A pair that is to be different is any two pictures: now and then they show one person.
Draw again until the person is another one."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        first, person = random.choice(self.imageFolderDataset.imgs)
        different = random.random() < 0.5
        second, _ = random.choice(self.imageFolderDataset.imgs)
        if not different:
            second = random.choice(self.by_person[person])
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
