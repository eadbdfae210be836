"""With a momentum of 0 the running statistics stay those of a new layer, and eval mode is another network."""

LOSES = {"4"}
CHANGES = {"nn.BatchNorm2d(96)": "nn.BatchNorm2d(96, momentum=0.0)"}
