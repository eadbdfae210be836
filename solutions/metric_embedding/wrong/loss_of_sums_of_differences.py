"""The distances are sums of absolute differences (norm 1).
Take the Euclidean distance: `pairwise_distance(a, p)`, whose norm is 2 by itself."""

LOSES = {"2a"}
CHANGES = {
    "nn.functional.pairwise_distance(a, p)": "nn.functional.pairwise_distance(a, p, p=1)",
    "nn.functional.pairwise_distance(a, n)": "nn.functional.pairwise_distance(a, n, p=1)",
}
