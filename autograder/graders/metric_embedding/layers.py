"""What layers give, on arrays: only for checking, nothing can be learned through them. Trusted side."""

import itertools

import numpy as np
import torch
from torch.nn import functional as F

PADDINGS = ("zeros", "replicate", "reflect", "circular")


def normalised(maps):
    """`maps` (B, C, H, W) by batch normalisation and by group normalisation with any number of groups."""
    yield by_batch(maps)
    channels = maps.shape[1]
    yield from (by_groups(maps, groups) for groups in range(1, channels + 1) if channels % groups == 0)


def by_batch(maps):
    """Each map by its mean and variance over the batch."""
    return _standard(maps, (0, 2, 3))


def by_groups(maps, groups):
    """Each group of an image's maps by its own mean and variance."""
    return _standard(maps.reshape(len(maps), groups, -1), (2,)).reshape(maps.shape)


def _standard(values, axes):
    centred = values - values.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + 1e-5)


def convolved(maps, kernel, padding, mode="zeros"):
    """The convolution without bias; `padding` pixels are added on each side first."""
    images = torch.from_numpy(np.ascontiguousarray(maps))
    weight = torch.from_numpy(kernel.astype(maps.dtype))
    if mode != "zeros" and padding:
        images, padding = F.pad(images, [padding] * 4, mode=mode), 0
    return F.conv2d(images, weight, padding=padding).numpy()


def fits(maps, kernel, padding, mode="zeros"):
    """Whether there is such a convolution."""
    height, width = maps.shape[2:]
    wide_enough = min(height, width) + 2 * padding >= max(kernel.shape[2:])
    return wide_enough and (mode == "zeros" or padding < min(height, width))


def pooled(maps, stride=2, padding=0, ceil=False):
    """Max pooling with kernel 3; nothing where the maps are too small for it."""
    if min(maps.shape[2:]) + 2 * padding < 3:
        return None
    arranged = torch.from_numpy(maps).to(memory_format=torch.channels_last)  # twice as fast
    return F.max_pool2d(arranged, 3, stride, padding, ceil_mode=ceil).numpy()


def poolings(maps):
    """Max pooling, kernel 3 and stride 2, with all that may be chosen beside."""
    every = (pooled(maps, 2, *chosen) for chosen in itertools.product((0, 1), (False, True)))
    return (maps for maps in every if maps is not None)


def near(found, wanted):
    """Equal shapes, and values as close as two ways of computing them in single precision."""
    return found.shape == wanted.shape and bool(np.allclose(found, wanted, rtol=1e-3, atol=2e-3))
