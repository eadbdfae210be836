"""The image is returned as it is.
Each image becomes one row of 784 numbers."""

LOSES = {"3c"}


class IdentityModel(IdentityModel):
    def get_features(self, img):
        return img.squeeze(1)
