"""ReLU first, then batch normalisation; the first linear layer has no bias."""

AXES = {"mlp": "relu first"}
CHANGES = {
    (
        "            nn.Linear(input_size, hidden_size),\n"
        "            nn.BatchNorm1d(hidden_size),\n"
        "            nn.ReLU(),\n"
    ): (
        "            nn.Linear(input_size, hidden_size, bias=False),\n"
        "            nn.ReLU(),\n"
        "            nn.BatchNorm1d(hidden_size),\n"
    ),
}
