"""A prototype is the median of the support embeddings, coordinate by coordinate.
Algorithm 1 takes the mean."""

LOSES = {"3.1"}
CHANGES = {
    "self.emb_dim).mean(dim=1)": "self.emb_dim).median(dim=1).values",
}
