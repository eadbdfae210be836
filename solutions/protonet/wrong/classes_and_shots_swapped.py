"""The support embeddings are reshaped as (shots, classes), so each prototype mixes samples of many classes.
Flattening (classes, shots) puts the shots of one class next to each other."""

LOSES = {"3.1"}
CHANGES = {
    "support.reshape(num_classes, num_support, self.emb_dim).mean(dim=1)": (
        "support.reshape(num_support, num_classes, self.emb_dim).mean(dim=0)"
    ),
}
