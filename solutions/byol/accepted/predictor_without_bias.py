"""The predictor is built by the model itself; what batch normalisation follows has no bias."""

CHANGES = {
    "MLP(projection_size, hidden_size, projection_size)": (
        "nn.Sequential(\n"
        "            nn.Linear(projection_size, hidden_size, bias=False),\n"
        "            nn.BatchNorm1d(hidden_size),\n"
        "            nn.ReLU(),\n"
        "            nn.Linear(hidden_size, projection_size),\n"
        "        )"
    ),
}
