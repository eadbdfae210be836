"""Both views are drawn by t. The second is drawn by t_prime."""

LOSES = {"4"}


class TwoViews:
    def __init__(self, t, t_prime):
        self.t, self.t_prime = t, t_prime

    def __call__(self, image):
        return self.t(image), self.t(image)
