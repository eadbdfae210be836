"""The mean over the coordinates in the place of their sum: D is too small by the root of d."""

LOSES = {"2"}
CHANGES = {
    "F.pairwise_distance(output1, output2)": "(output1 - output2).square().mean(dim=1).add(1e-12).sqrt()",
}
