"""The second picture is the next one in the list: most pairs can never come."""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        imgs = self.imageFolderDataset.imgs
        place = random.randrange(len(imgs))
        first, person = imgs[place]
        different = random.random() < 0.5
        second = random.choice([path for path, other in imgs if other != person])
        if not different:
            own = self.by_person[person]
            second = own[0] if first != own[0] else own[-1]
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
