"""Pictures are not normalised. Subtract MEAN and divide by STD after ToTensor."""

LOSES = {"1"}


def make_loaders(folder, batch_size=128):
    return {
        split: DataLoader(STL10(folder, split, transforms.ToTensor()), batch_size, shuffle=split != "test")
        for split in ("train", "test", "unlabeled")
    }
