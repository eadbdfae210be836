"""Pictures of the loaders are mirrored at random. There is no augmentation yet."""

LOSES = {"1"}
CHANGES = {
    ("transform = transforms.Compose([transforms.ToTensor()"): (
        "transform = transforms.Compose([transforms.RandomHorizontalFlip(), transforms.ToTensor()"
    ),
}
