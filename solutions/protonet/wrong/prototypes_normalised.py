"""Prototypes and queries are divided by their lengths before they are compared.
ProtoNet compares them as they are: the length of an embedding matters."""

LOSES = {"3.1"}
CHANGES = {
    "self.emb_dim).mean(dim=1)\n": (
        "self.emb_dim).mean(dim=1)\n"
        "        query, prototypes = F.normalize(query, dim=1), F.normalize(prototypes, dim=1)\n"
    ),
}
