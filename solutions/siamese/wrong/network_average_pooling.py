"""Average pooling in the place of max pooling."""

LOSES = {"4", "5.1"}


class SiameseNetwork(SiameseNetwork):
    def __init__(self):
        super().__init__()
        self.cnn[3] = nn.AvgPool2d(3, stride=2)
        self.cnn[7] = nn.AvgPool2d(2, stride=2)
