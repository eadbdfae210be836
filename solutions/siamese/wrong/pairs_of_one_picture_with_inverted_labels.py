"""Two mistakes at once. A pair of one person is always the same picture twice, from which the network learns
nothing; and the label is the other way round: 0 is for one person."""

LOSES = {"3"}
CHANGES = {
    "[path for path in self.by_person[person] if path != first]": "[first]",
    "torch.tensor([float(different)])": "torch.tensor([float(not different)])",
}
