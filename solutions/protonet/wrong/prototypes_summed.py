"""A prototype is the sum of the support embeddings of its class.
It should lie in their middle."""

LOSES = {"3.1"}
CHANGES = {
    "self.emb_dim).mean(dim=1)": "self.emb_dim).sum(dim=1)",
}
