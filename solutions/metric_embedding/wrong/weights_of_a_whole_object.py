"""The file holds a pickled object, which does not open with weights_only=True.
Save `model.state_dict()`."""

LOSES = {"3b", "3d"}


torch.save(SimpleMetricEmbedding(1), "metric-embedding.pth")
