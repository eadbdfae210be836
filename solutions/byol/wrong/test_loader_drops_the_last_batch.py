"""The test loader drops the last, incomplete batch, and with it pictures. Keep it for the test."""

LOSES = {"1"}


def make_loaders(folder, batch_size=128):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    return {
        split: DataLoader(
            STL10(folder, split, transform), batch_size, shuffle=split != "test", drop_last=True
        )
        for split in ("train", "test", "unlabeled")
    }
