"""The first convolution has a stride of 64, so that no maps are left to pool."""

LOSES = {"4"}


class SiameseNetwork(SiameseNetwork):
    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 96, 5, stride=64), nn.ReLU(), nn.Conv2d(96, 64, 1, stride=2), nn.Flatten()
        )
        self.head[0] = nn.Linear(64, 256)
