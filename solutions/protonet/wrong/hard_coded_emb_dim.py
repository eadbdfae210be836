"""The embedding size is written down as 64.
Use `self.emb_dim`, or the shape of the embeddings: another encoder may have another size."""

LOSES = {"3.1"}
CHANGES = {
    "num_support, self.emb_dim)": "num_support, 64)",
}
