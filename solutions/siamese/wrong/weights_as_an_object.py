"""The file holds a pickled object, which does not open with weights_only=True.
Save `net.state_dict()`."""

LOSES = {"5.1"}


torch.save(SiameseNetwork(), "siamese.pth")
