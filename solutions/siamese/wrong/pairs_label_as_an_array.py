"""The label is a NumPy array, while a float tensor of shape (1,) is asked for."""

LOSES = {"3"}
CHANGES = {"torch.tensor([float(different)])": "np.array([different], dtype=np.float32)"}
