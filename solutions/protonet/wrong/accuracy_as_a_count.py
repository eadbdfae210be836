"""The accuracy is the number of right queries.
Divide by how many there are."""

LOSES = {"3.4"}
CHANGES = {
    "accuracy = (predicted == target).float().mean()": "accuracy = (predicted == target).sum()",
}
