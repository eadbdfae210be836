"""The outputs are taken out of the graph: the number is right, and the network learns nothing."""

LOSES = {"2"}
CHANGES = {"F.pairwise_distance(output1, output2)": "F.pairwise_distance(output1.detach(), output2.detach())"}
