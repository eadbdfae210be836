"""Crops show at least a fifth of the area. Here they go down to 8 %."""

LOSES = {"3.1", "3.2"}


def augmentation(blur, solarise):
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(
                SIZE, scale=(0.2, 1), interpolation=transforms.InterpolationMode.BICUBIC
            ),
            transforms.RandomHorizontalFlip(),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)], 0.8),
            transforms.RandomGrayscale(0.2),
            transforms.RandomApply([transforms.GaussianBlur(9, (0.1, 2.0))], blur),
            transforms.RandomSolarize(128, solarise),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )


augmentation_t = augmentation(1.0, 0.0)
augmentation_t_prime = augmentation(0.1, 0.2)
