"""The convolution has a bias whatever `bias` says.
Pass `bias` on to the convolution."""

LOSES = {"2b"}


class _BNReluConv(nn.Sequential):
    def __init__(self, num_maps_in, num_maps_out, k=3, bias=True):
        super().__init__(
            nn.BatchNorm2d(num_maps_in), nn.ReLU(), nn.Conv2d(num_maps_in, num_maps_out, k, padding=k // 2)
        )
