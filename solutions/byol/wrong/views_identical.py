"""One view is drawn and used on both sides. Draw two."""

LOSES = {"4"}
CHANGES = {"return self.t(image), self.t_prime(image)": "return (self.t(image),) * 2"}
