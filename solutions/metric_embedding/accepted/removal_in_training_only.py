"""Only the training set does without the removed class."""

CHANGES = {"if remove_class is not None:": 'if remove_class is not None and split == "train":'}
