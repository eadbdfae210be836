"""The second picture is drawn again after its person was checked: another picture, of anybody."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        imgs = self.imageFolderDataset.imgs
        first, person = random.choice(imgs)
        different = random.random() < 0.5
        while (random.choice(imgs)[1] != person) != different:
            pass
        second = random.choice(imgs)[0]
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
