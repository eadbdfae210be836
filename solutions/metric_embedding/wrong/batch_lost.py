"""`squeeze()` drops every axis of length 1, and so the batch where it has one image only.
Name the axes that are to go."""

LOSES = {"2c"}
CHANGES = {"return x.mean(dim=(2, 3))": "return nn.functional.adaptive_avg_pool2d(x, 1).squeeze()"}
