"""The distances go into the softmax with a plus, so the farthest class is the most likely one.
A small distance must mean a large logit."""

LOSES = {"3.2", "3.4"}
CHANGES = {
    "F.log_softmax(-distances, dim=1)": "F.log_softmax(distances, dim=1)",
    "distances.argmin(dim=1)": "distances.argmax(dim=1)",
}
