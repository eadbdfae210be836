"""One view is drawn and used on both sides. Draw two."""

LOSES = {"4"}


class TwoViews:
    def __init__(self, t, t_prime):
        self.t, self.t_prime = t, t_prime

    def __call__(self, image):
        view = self.t(image)
        return view, view
