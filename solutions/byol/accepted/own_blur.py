"""A blur of PIL's own, with the radius as sigma, and solarisation after the conversion to floats."""


class OwnBlur:
    def __call__(self, image):
        from PIL import ImageFilter

        return image.filter(ImageFilter.GaussianBlur(torch.empty(()).uniform_(0.1, 2.0).item()))


def augmentation(blur, solarise):
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(
                SIZE, scale=(0.08, 1), interpolation=transforms.InterpolationMode.BICUBIC
            ),
            transforms.RandomHorizontalFlip(),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)], 0.8),
            transforms.RandomGrayscale(0.2),
            transforms.RandomApply([OwnBlur()], blur),
            transforms.ToTensor(),
            transforms.RandomSolarize(0.5, solarise),
            transforms.Normalize(MEAN, STD),
        ]
    )


augmentation_t = augmentation(1.0, 0.0)
augmentation_t_prime = augmentation(0.1, 0.2)
