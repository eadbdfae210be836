"""The views of the first call are kept for all pictures. Draw them anew in each call."""

LOSES = {"4"}


class TwoViews:
    def __init__(self, t, t_prime):
        self.t, self.t_prime = t, t_prime

    def __call__(self, image):
        if not hasattr(self, "kept"):
            self.kept = self.t(image), self.t_prime(image)
        return self.kept
