"""A pair of one person is always the same picture twice: the network learns nothing from it."""

LOSES = {"3"}
CHANGES = {"[path for path in self.by_person[person] if path != first]": "[first]"}
