"""These are the first two columns of X.
Which two directions carry most of the variance has to be found out."""

LOSES = {"4"}


def project_2d(X):
    return X[:, :2]
