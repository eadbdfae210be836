"""The support is encoded at once, the queries class by class, so that batch normalisation removes what tells
them apart. Encode the episode as one batch."""

LOSES = {"3.1"}
CHANGES = {
    "embeddings = self.encoder(images)": (
        "embeddings = torch.cat([self.encoder(support_set_batch.flatten(0, 1).to(device))]"
        " + [self.encoder(one.to(device)) for one in query_set_batch])"
    )
}
