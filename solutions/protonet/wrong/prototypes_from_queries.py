"""The prototypes are means of the queries, which then are compared with themselves.
Which of the two sets has labels that one may use?"""

LOSES = {"3.1"}
CHANGES = {
    "prototypes = support.reshape(num_classes, num_support, self.emb_dim)": (
        "prototypes = query.reshape(num_classes, -1, self.emb_dim)"
    ),
}
