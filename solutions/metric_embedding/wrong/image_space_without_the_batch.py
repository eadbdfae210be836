"""`flatten()` makes one row of the whole batch.
Keep the first axis: `flatten(start_dim=1)`."""

LOSES = {"3c"}


class IdentityModel(IdentityModel):
    def get_features(self, img):
        return img.flatten()
