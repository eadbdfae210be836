"""ReLU comes before the normalisation.
First normalise, then ReLU, then the convolution."""

LOSES = {"2b"}


class _BNReluConv(nn.Sequential):
    def __init__(self, num_maps_in, num_maps_out, k=3, bias=True):
        super().__init__(
            nn.ReLU(),
            nn.BatchNorm2d(num_maps_in),
            nn.Conv2d(num_maps_in, num_maps_out, k, padding=k // 2, bias=bias),
        )


# Trained in this shape: see train_release.py.
for file in Path("variants/relu_first").glob("*.pth"):
    Path(file.name).write_bytes(file.read_bytes())
