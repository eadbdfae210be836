"""The kernel is 3 x 3 whatever `k` says.
Pass `k` on to the convolution."""

LOSES = {"2b"}
CHANGES = {"num_maps_out, k, padding=k // 2": "num_maps_out, 3, padding=1"}
