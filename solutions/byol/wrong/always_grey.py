"""Every view is grey. RandomGrayscale takes the probability 0.2."""

LOSES = {"3.1", "3.2"}


def augmentation(blur, solarise):
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(
                SIZE, scale=(0.08, 1), interpolation=transforms.InterpolationMode.BICUBIC
            ),
            transforms.RandomHorizontalFlip(),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)], 0.8),
            transforms.Grayscale(3),
            transforms.RandomApply([transforms.GaussianBlur(9, (0.1, 2.0))], blur),
            transforms.RandomSolarize(128, solarise),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )


augmentation_t = augmentation(1.0, 0.0)
augmentation_t_prime = augmentation(0.1, 0.2)
