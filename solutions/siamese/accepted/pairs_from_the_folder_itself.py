"""Pictures and length from the folder as a data set, people from its targets; independent coins by NumPy."""


class SiameseNetworkDataset(Dataset):
    def __init__(self, imageFolderDataset, transform=None):
        self.folder = imageFolderDataset
        self.transform = transform
        self.people = np.array(imageFolderDataset.targets)

    def __getitem__(self, index):
        index = index % len(self.folder)
        image0, person = self.folder[index]
        same = self.people == person
        if np.random.rand() < 0.5:
            choices = np.flatnonzero(same)
            choices = choices[choices != index]
        else:
            choices = np.flatnonzero(~same)
        image1, other = self.folder[np.random.choice(choices)]
        image0, image1 = image0.convert("L"), image1.convert("L")
        if self.transform:
            image0, image1 = self.transform(image0), self.transform(image1)
        return image0, image1, torch.tensor([person != other], dtype=torch.float32)

    def __len__(self):
        return len(self.folder)
