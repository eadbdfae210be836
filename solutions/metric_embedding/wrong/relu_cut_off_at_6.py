"""ReLU6 lets nothing above 6 through.
ReLU has no upper end."""

LOSES = {"2b"}
CHANGES = {"nn.ReLU()": "nn.ReLU6()"}
