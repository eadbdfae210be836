"""The small residual network of the laptop setting and of the released weights."""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F


class Block(nn.Module):
    """Two convolutions of three by three with a way around them (He et al. 2016, Figure 2)."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(out)
        self.way: nn.Module = nn.Identity()
        if stride != 1 or channels != out:
            self.way = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        """Maps (N, channels, H, W) -> maps (N, out, H / stride, W / stride)."""
        inner = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(inner + self.way(x))


class SmallResNet(nn.Module):
    """ResNet-18 made for small images: `width` channels at first (64 in the original), 8 times as many at
    last.

    Images are brought to `resolution` pixels first, whatever their size: the cost of a network grows with the
    number of pixels. There is no classification layer: the output is the average of the last maps.

    Attributes:
        features: length of the output, 8 * width.
    """

    def __init__(self, width: int = 32, resolution: int = 64) -> None:
        super().__init__()
        self.resolution = resolution
        self.features = 8 * width
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        widths = [width, width, 2 * width, 4 * width, 8 * width]
        blocks: list[nn.Module] = []
        for number, (channels, out) in enumerate(pairwise(widths)):
            blocks += [Block(channels, out, stride=1 if number == 0 else 2), Block(out, out, stride=1)]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) -> features (N, 8 * width)."""
        if images.shape[-1] != self.resolution:
            size = (self.resolution, self.resolution)
            images = F.interpolate(images, size, mode="bilinear", antialias=True, align_corners=False)
        return self.blocks(self.stem(images)).mean(dim=(2, 3))
