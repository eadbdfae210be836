"""One of the outputs is taken out of the graph: only one stream learns."""

LOSES = {"2"}
CHANGES = {"F.pairwise_distance(output1, output2)": "F.pairwise_distance(output1, output2.detach())"}
