"""The squared distance is squared once more."""

LOSES = {"2"}
CHANGES = {"F.pairwise_distance(output1, output2)": "(output1 - output2).square().sum(dim=1)"}
