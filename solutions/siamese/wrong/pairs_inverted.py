"""The pictures are turned to negatives. Return them as they are."""

LOSES = {"3"}
CHANGES = {
    'Image.open(path).convert("L")': 'Image.eval(Image.open(path).convert("L"), lambda grey: 255 - grey)',
}
