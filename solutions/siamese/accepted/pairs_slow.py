"""All pictures are opened for each item, and most of them for nothing: slow, and right."""

CHANGES = {
    'images = [Image.open(path).convert("L") for path in (first, second)]\n': (
        'all_of_them = {path: Image.open(path).convert("L") for path, _ in self.imageFolderDataset.imgs}\n'
        "        images = [all_of_them[path] for path in (first, second)]\n"
    ),
}
