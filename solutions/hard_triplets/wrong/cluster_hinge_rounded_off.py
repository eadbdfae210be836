"""A soft margin, log(1 + exp(x)), in place of the hinge: a class that keeps its margin still costs something.
Here it is max(x, 0)."""

LOSES = {"1.2"}
CHANGES = {"F.relu(d_intra - d_inter + margin)": "F.softplus(d_intra - d_inter + margin)"}
