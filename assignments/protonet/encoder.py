"""The embedding network of the ProtoNet lab, given: four convolution blocks (Snell et al. 2017, 3.1)."""

from torch import Tensor, nn


def conv_block(in_channels: int, out_channels: int) -> nn.Sequential:
    """Conv 3x3 - BatchNorm - ReLU - MaxPool 2: halves height and width, rounded down."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )


class OmniGlotEncoder(nn.Module):
    """Maps grey images (N, 1, 28, 28) to embeddings (N, emb_dim).

    The last block's maps are one pixel high and wide, so `emb_dim` is its number of channels;
    the paper's network has 64.
    """

    def __init__(self, emb_dim: int = 64, hidden: int = 64) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            conv_block(1, hidden),
            conv_block(hidden, hidden),
            conv_block(hidden, hidden),
            conv_block(hidden, emb_dim),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Embeddings (N, emb_dim) of `images` (N, 1, 28, 28), ink = 1."""
        return self.blocks(images).flatten(start_dim=1)
