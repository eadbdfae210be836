"""The pictures are made square before the transform, which does that itself, and better."""

LOSES = {"3"}
CHANGES = {'Image.open(path).convert("L")': 'Image.open(path).convert("L").resize((4, 4))'}
