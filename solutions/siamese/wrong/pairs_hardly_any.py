"""`__len__` is 1: an epoch of one pair. Take the number of pictures, or a fixed one."""

LOSES = {"3"}
CHANGES = {"return len(self.imageFolderDataset.imgs)": "return 1"}
