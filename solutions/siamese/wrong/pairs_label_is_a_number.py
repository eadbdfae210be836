"""The label is a plain number or a whole one: a float tensor of shape (1,) is needed."""

LOSES = {"3"}


_given_item = SiameseNetworkDataset.__getitem__


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        *images, label = _given_item(self, index)
        return *images, int(label)
