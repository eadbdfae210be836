"""Training loaders drop an incomplete batch at the end, which batch normalisation likes."""


def make_loaders(folder, batch_size=128):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    return {
        split: DataLoader(
            STL10(folder, split, transform), batch_size, shuffle=split != "test", drop_last=split != "test"
        )
        for split in ("train", "test", "unlabeled")
    }
