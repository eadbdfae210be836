"""The hard-cluster loss summed over the classes."""

AXES = {"reduction": "sum"}
CHANGES = {"F.relu(d_intra - d_inter + margin).mean()": "F.relu(d_intra - d_inter + margin).sum()"}
