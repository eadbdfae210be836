"""The first picture by the index, the coin by torch, people with equal chances."""


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        first, person = self.imageFolderDataset.imgs[index % len(self)]
        different = bool(torch.rand(()) < 0.5)
        people = [number for number in self.by_person if number != person]
        wanted = people[torch.randint(len(people), ()).item()] if different else person
        choices = [path for path in self.by_person[wanted] if path != first]
        second = choices[torch.randint(len(choices), ()).item()]
        images = [Image.open(path).convert("L") for path in (first, second)]
        images = [self.transform(image) for image in images] if self.transform else images
        return images[0], images[1], torch.tensor([1.0 if different else 0.0])
