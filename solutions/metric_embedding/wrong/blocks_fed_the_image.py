"""Every block gets the image.
Only the first one does: each of the others gets what came out of the one before."""

LOSES = {"2c", "3b", "3d", "3e"}  # such a network cannot learn


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def __init__(self, input_channels, emb_size=32):
        super().__init__(input_channels, emb_size)
        self.block2 = _BNReluConv(input_channels, emb_size)
        self.block3 = _BNReluConv(input_channels, emb_size)

    def get_features(self, img):
        return sum(block(img) for block in (self.block1, self.block2, self.block3)).mean(dim=(2, 3))


# Trained in this shape: see train_release.py.
for file in Path("variants/blocks_fed_the_image").glob("*.pth"):
    Path(file.name).write_bytes(file.read_bytes())
