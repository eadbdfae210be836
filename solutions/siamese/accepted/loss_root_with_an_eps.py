"""The distance is the root of the sum plus a small number, which keeps its derivative finite."""

CHANGES = {"F.pairwise_distance(output1, output2)": "((output1 - output2).square().sum(dim=1) + 1e-6).sqrt()"}
