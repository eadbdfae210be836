"""The augmentations of BYOL for a whole batch of tensors at once, each image with its own draws.

What torchvision does image by image takes longer than the training step of a small network; this is what the
release was trained with. Parameters: Table 6 of Grill et al. 2020, but for two: crops keep a fifth of the
area or more, and the blur's sigma goes with the size of the views, as the kernel does. With sigmas to 2.0
pixels and crops of 8 % at 64 pixels, features were worse than random ones after 14 epochs.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)  # ImageNet's
STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


@dataclass(frozen=True)
class Recipe:
    """What differs between the two sides: probabilities of blur and of solarisation."""

    blur: float
    solarise: float


T = Recipe(blur=1.0, solarise=0.0)
T_PRIME = Recipe(blur=0.1, solarise=0.2)


def normalise(images: Tensor) -> Tensor:
    """Values in [0, 1] -> zero mean and unit deviation, by ImageNet's figures."""
    return (images - MEAN) / STD


def augment(images: Tensor, size: int, recipe: Recipe, smallest: float = 0.2) -> Tensor:
    """One view of each image.

    Args:
        images: (N, 3, H, W), values in [0, 1]. size: of the views, in pixels.
        smallest: crops keep this share of the area or more.

    Returns:
        Views (N, 3, size, size), normalised.
    """
    views = crop_and_flip(images, size, smallest)
    views = _where(0.8, jitter(views), views)
    views = _where(0.2, _luma(views).expand_as(views), views)
    views = _where(recipe.blur, blur(views), views)
    if recipe.solarise:
        views = _where(recipe.solarise, torch.where(views >= 0.5, 1 - views, views), views)
    return normalise(views)


def crop_and_flip(images: Tensor, size: int, smallest: float) -> Tensor:
    """A random part of each image, `smallest` to all of the area, ratio 3/4 to 4/3, half of them mirrored."""
    count = len(images)
    area = torch.empty(count).uniform_(smallest, 1)
    ratio = torch.empty(count).uniform_(-0.2877, 0.2877).exp()  # log(4/3)
    width, height = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    across = (1 - width) * torch.empty(count).uniform_(-1, 1)
    down = (1 - height) * torch.empty(count).uniform_(-1, 1)
    mirrored = 1 - 2 * (torch.rand(count) < 0.5).float()
    zero = torch.zeros(count)
    frames = torch.stack(
        [torch.stack([width * mirrored, zero, across]), torch.stack([zero, height, down])]
    ).permute(2, 0, 1)
    grid = F.affine_grid(frames, [count, 3, size, size], align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def jitter(images: Tensor) -> Tensor:
    """Brightness, contrast, saturation and hue, in an order drawn for the batch."""
    steps = [_brightness, _contrast, _saturation, _hue]
    for step in torch.randperm(len(steps)).tolist():
        images = steps[step](images)
    return images


def blur(images: Tensor) -> Tensor:
    """Gaussian blur, sigma 0.025 to 0.5 pixels: a quarter of the paper's, as 48 pixels are about a quarter
    of 224.
    """
    count, _, height, width = images.shape
    half = round(23 * height / 224) // 2
    sigma = torch.empty(count, 1).uniform_(0.1, 2.0) * 0.25
    kernel = torch.softmax(-0.5 * (torch.arange(-half, half + 1) / sigma).square(), dim=1)
    kernel = kernel.repeat_interleave(3, dim=0)[:, None]
    flat = F.pad(images.reshape(1, 3 * count, height, width), [half] * 4, mode="reflect")
    flat = F.conv2d(F.conv2d(flat, kernel[..., None], groups=3 * count), kernel[:, :, None], groups=3 * count)
    return flat.view_as(images)


def _brightness(images: Tensor) -> Tensor:
    return (images * _factors(len(images), 0.4)).clamp(0, 1)


def _contrast(images: Tensor) -> Tensor:
    mean = _luma(images).mean(dim=(2, 3), keepdim=True)
    return mean.lerp(images, _factors(len(images), 0.4)).clamp(0, 1)


def _saturation(images: Tensor) -> Tensor:
    return _luma(images).lerp(images, _factors(len(images), 0.2)).clamp(0, 1)


def _hue(images: Tensor) -> Tensor:
    """Turn the colours about the grey axis by up to a tenth of a full turn either way."""
    angle = torch.empty(len(images)).uniform_(-0.1, 0.1) * 2 * torch.pi
    # Rodrigues' formula about (1, 1, 1) / sqrt(3): a circulant matrix.
    same = angle.cos() + (1 - angle.cos()) / 3
    low, high = (1 - angle.cos()) / 3 - angle.sin() / 3**0.5, (1 - angle.cos()) / 3 + angle.sin() / 3**0.5
    turn = torch.stack([same, low, high, high, same, low, low, high, same], dim=1).view(-1, 3, 3)
    return torch.einsum("nij,njhw->nihw", turn, images).clamp(0, 1)


def _luma(images: Tensor) -> Tensor:
    return torch.einsum("nchw,c->nhw", images, torch.tensor([0.299, 0.587, 0.114]))[:, None]


def _factors(count: int, strength: float) -> Tensor:
    return torch.empty(count, 1, 1, 1).uniform_(1 - strength, 1 + strength)


def _where(probability: float, changed: Tensor, plain: Tensor) -> Tensor:
    if probability >= 1:
        return changed
    return torch.where(torch.rand(len(plain), 1, 1, 1) < probability, changed, plain)
