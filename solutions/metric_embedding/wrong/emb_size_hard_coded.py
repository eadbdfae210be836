"""The blocks have 32 maps whatever `emb_size` says."""

LOSES = {"2c"}


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def __init__(self, input_channels, emb_size=32):
        super().__init__(input_channels)
