"""The same block is used twice, so two of the three share their weights.
Each block has weights of its own."""

LOSES = {"2c"}


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def __init__(self, input_channels, emb_size=32):
        super().__init__(input_channels, emb_size)
        del self.block3

    def get_features(self, img):
        x = self.pool(self.block1(img))
        x = self.pool(self.block2(x))
        x = self.block2(x)
        x = self.pool(x) if min(x.shape[2:]) > 2 else x  # too small where nothing is padded
        return x.mean(dim=(2, 3))


# Trained in this shape: see train_release.py.
for file in Path("variants/one_block_reused").glob("*.pth"):
    Path(file.name).write_bytes(file.read_bytes())
