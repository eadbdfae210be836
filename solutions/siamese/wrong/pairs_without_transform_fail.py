"""Without a transform an item fails: call it only where there is one."""

LOSES = {"3"}


_given_item = SiameseNetworkDataset.__getitem__


class SiameseNetworkDataset(SiameseNetworkDataset):
    def __getitem__(self, index):
        if self.transform is None:
            raise TypeError("'NoneType' object is not callable")
        return _given_item(self, index)
