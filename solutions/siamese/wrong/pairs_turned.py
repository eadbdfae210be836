"""The second picture is turned by a quarter. Return pictures as they are."""

LOSES = {"3"}
CHANGES = {
    'images = [Image.open(path).convert("L") for path in (first, second)]\n': (
        'images = [Image.open(path).convert("L") for path in (first, second)]\n'
        "        images[1] = images[1].rotate(90, expand=True)\n"
    ),
}
