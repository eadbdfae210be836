"""The network of this lab: five blocks that halve the image until one pixel with 64 numbers is left."""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

MAPS = (1, 4, 8, 16, 32, 64)  # of the image, and after each block


def conv_block(in_channels: int, out_channels: int, dropout: float = 0.2) -> nn.Sequential:
    """Convolution, batch normalisation, dropout, ReLU, pooling: (B, in, H, W) -> (B, out, H / 2, W / 2)."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1),
        nn.BatchNorm2d(out_channels),
        nn.Dropout(dropout),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )


class EmbeddingNet(nn.Module):
    """Images to points on the unit sphere: (B, 1, 32, 32) -> (B, 64), each row of length one.

    Args:
        width: how many times as many maps each block has, the last excepted.
        dropout: the share of activations that is dropped in training.
    """

    def __init__(self, width: int = 1, dropout: float = 0.2) -> None:
        super().__init__()
        image, *inner, last = MAPS
        maps = (image, *(width * count for count in inner), last)
        self.blocks = nn.Sequential(*(conv_block(*pair, dropout) for pair in pairwise(maps)))

    def forward(self, images: Tensor) -> Tensor:
        return F.normalize(self.blocks(images).flatten(start_dim=1), dim=1)
