"""The order is convolution, ReLU, normalisation.
Here it is normalisation, ReLU, convolution."""

LOSES = {"2b"}


class _BNReluConv(nn.Sequential):
    def __init__(self, num_maps_in, num_maps_out, k=3, bias=True):
        super().__init__(
            nn.Conv2d(num_maps_in, num_maps_out, k, bias=bias), nn.ReLU(), nn.BatchNorm2d(num_maps_out)
        )
