"""The conversion to a tensor comes first, and all else works on tensors."""


class Within:
    def __call__(self, image):
        return image.clamp(0, 1)


def augmentation(blur, solarise):
    return transforms.Compose(
        [
            transforms.ToTensor(),
            transforms.RandomResizedCrop(
                SIZE, (0.08, 1), interpolation=transforms.InterpolationMode.BICUBIC, antialias=True
            ),
            Within(),
            transforms.RandomHorizontalFlip(),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)], 0.8),
            transforms.RandomGrayscale(0.2),
            transforms.RandomApply([transforms.GaussianBlur(9, (0.1, 2.0))], blur),
            transforms.RandomSolarize(0.5, solarise),
            transforms.Normalize(MEAN, STD),
        ]
    )


augmentation_t = augmentation(1.0, 0.0)
augmentation_t_prime = augmentation(0.1, 0.2)
