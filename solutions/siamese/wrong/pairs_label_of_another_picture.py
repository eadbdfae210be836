"""The label asks for the person of the picture at `index`, but another picture was drawn and is returned.
Compare the people of the two pictures that are returned."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        imgs = self.imageFolderDataset.imgs
        person = imgs[index][1]
        first, own = random.choice(imgs)
        same = random.random() < 0.5
        second, other = random.choice(imgs)
        while (other == own) != same:
            second, other = random.choice(imgs)
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(other != person)])
