"""All pictures have the same embedding: the training has collapsed."""

LOSES = {"5.1"}


state = torch.load("siamese.pth", weights_only=True)
torch.save({name: value * 0 for name, value in state.items()}, "siamese.pth")
