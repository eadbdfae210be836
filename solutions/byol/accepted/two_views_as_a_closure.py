"""TwoViews as a function that returns a function whose result is a list."""


def TwoViews(t, t_prime):
    def both(image):
        return [t(image), t_prime(image)]

    return both
