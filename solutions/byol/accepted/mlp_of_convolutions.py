"""Linear layers as convolutions of one pixel."""

CHANGES = {
    ("            nn.Linear(input_size, hidden_size),\n            nn.BatchNorm1d(hidden_size),"): (
        "            nn.Conv2d(input_size, hidden_size, 1),\n            nn.BatchNorm2d(hidden_size),"
    ),
    ("            nn.Linear(hidden_size, output_size),\n"): (
        "            nn.Conv2d(hidden_size, output_size, 1),\n"
    ),
    "        return self.layers(x)\n": ("        return self.layers(x[:, :, None, None])[:, :, 0, 0]\n"),
}
