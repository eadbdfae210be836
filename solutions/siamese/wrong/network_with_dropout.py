"""Dropout is not in the table."""

LOSES = {"4"}
CHANGES = {"256),\n            nn.ReLU()": "256),\n            nn.Sequential(nn.ReLU(), nn.Dropout(0.5))"}
