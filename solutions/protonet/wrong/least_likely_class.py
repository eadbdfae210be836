"""The class with the smallest probability is predicted.
After the minus sign, large is near."""

LOSES = {"3.4"}
CHANGES = {
    "distances.argmin(dim=1)": "distances.argmax(dim=1)",
}
