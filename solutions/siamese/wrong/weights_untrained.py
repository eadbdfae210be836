"""These weights have never been trained: save the network that `train` returned."""

LOSES = {"5.1"}


torch.manual_seed(0)
torch.save(SiameseNetwork().state_dict(), "siamese.pth")
