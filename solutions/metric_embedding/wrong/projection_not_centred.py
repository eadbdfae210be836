"""X was not centred, so the first direction points to its mean and says nothing about how the rows differ."""

LOSES = {"4"}


def project_2d(X):
    return X @ torch.linalg.svd(X, full_matrices=False).Vh[:2].T
