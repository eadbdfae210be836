"""Training pictures come in the same order in every epoch. Shuffle `train` and `unlabeled`."""

LOSES = {"1"}


def make_loaders(folder, batch_size=128):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    return {
        split: DataLoader(STL10(folder, split, transform), batch_size)
        for split in ("train", "test", "unlabeled")
    }
