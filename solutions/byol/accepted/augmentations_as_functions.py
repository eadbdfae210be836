"""Functions instead of composed transforms; one is drawn step by step."""

from torchvision.transforms import functional as TF


def augmentation_t(image, blur=1.0, solarise=0.0):
    crop = transforms.RandomResizedCrop.get_params(image, (0.08, 1.0), (3 / 4, 4 / 3))
    view = TF.resized_crop(image, *crop, [SIZE, SIZE], transforms.InterpolationMode.BICUBIC)
    if torch.rand(()) < 0.5:
        view = TF.hflip(view)
    if torch.rand(()) < 0.8:
        view = transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)(view)
    if torch.rand(()) < 0.2:
        view = TF.to_grayscale(view, 3)
    view = TF.to_tensor(view)
    if torch.rand(()) < blur:
        view = TF.gaussian_blur(view, 11, 0.1 + 1.9 * torch.rand(()).item())
    if torch.rand(()) < solarise:
        view = torch.where(view >= 0.5, 1 - view, view)
    return TF.normalize(view, MEAN, STD)


def augmentation_t_prime(image):
    return augmentation_t(image, 0.1, 0.2)
