"""Every pair of pictures comes once, so few are of one person, and each picture with itself is among them.
Toss a coin first: half of the pairs are of one person.
"""

LOSES = {"3"}


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __len__(self):
        return len(self.imageFolderDataset.imgs) ** 2

    def __getitem__(self, index):
        pictures = self.imageFolderDataset.imgs
        chosen = pictures[index // len(pictures)], pictures[index % len(pictures)]
        first, second = (Image.open(path).convert("L") for path, _ in chosen)
        if self.transform is not None:
            first, second = self.transform(first), self.transform(second)
        (_, one), (_, other) = chosen
        return first, second, torch.tensor([float(one != other)])
