"""U, of more directions than are needed; image space by reshape."""


def project_2d(X):
    U, _, _ = torch.pca_lowrank(X, q=5)
    return U[:, :2]


class IdentityModel(IdentityModel):
    def get_features(self, img):
        return img.reshape(img.shape[0], -1)
