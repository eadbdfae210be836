"""X V, centred by hand, as an array."""


def project_2d(X):
    centred = X - X.mean(dim=0)
    return (centred @ torch.linalg.svd(centred, full_matrices=False).Vh[:2].T).numpy()
