"""The prototypes are means in half precision, which rounds to three digits: the small differences that
learning lives from are lost. Take the mean of the embeddings as they are."""

LOSES = {"3.1", "3.3"}
CHANGES = {
    "support.reshape(num_classes, num_support, self.emb_dim).mean(dim=1)": (
        "support.reshape(num_classes, num_support, self.emb_dim).half().mean(dim=1).float()"
    ),
}
