"""The sum of a class's support embeddings is divided by five, whatever the number of its samples is.
A mean is divided by how many there are."""

LOSES = {"3.1"}
CHANGES = {"self.emb_dim).mean(dim=1)": "self.emb_dim).sum(dim=1) / 5"}
