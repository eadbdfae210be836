"""All layers in one nn.Sequential, the blocks' layers written out, pooling with padding."""


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def __init__(self, input_channels, emb_size=32):
        nn.Module.__init__(self)
        layers = []
        for maps in (input_channels, emb_size, emb_size):
            layers += [
                nn.BatchNorm2d(maps),
                nn.ReLU(),
                nn.Conv2d(maps, emb_size, 3),
                nn.MaxPool2d(3, 2, padding=1),
            ]
        self.layers = nn.Sequential(*layers[:-1], nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten())

    def get_features(self, img):
        return self.layers(img)


# Trained in this shape: see train_release.py.
for file in Path("variants/sequential_network").glob("*.pth"):
    Path(file.name).write_bytes(file.read_bytes())
