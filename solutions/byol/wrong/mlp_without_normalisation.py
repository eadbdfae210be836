"""The MLP has no batch normalisation. It stands between the first linear layer and the second."""

LOSES = {"5.1"}
CHANGES = {"            nn.BatchNorm1d(hidden_size),\n": ""}
