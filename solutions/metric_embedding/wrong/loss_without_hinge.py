"""The max with 0 is missing: triplets that keep the margin long since still push, without an end."""

LOSES = {"2a"}
CHANGES = {"torch.relu(to_positive - to_negative + 1)": "(to_positive - to_negative + 1)"}
