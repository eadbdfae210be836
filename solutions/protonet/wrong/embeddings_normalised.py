"""The embeddings are divided by their lengths before they are compared.
ProtoNet compares them as they are: the length of an embedding matters."""

LOSES = {"3.1"}
CHANGES = {"embeddings = self.encoder(images)": "embeddings = F.normalize(self.encoder(images), dim=1)"}
