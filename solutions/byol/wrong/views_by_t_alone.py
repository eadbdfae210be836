"""Both views are drawn by t. The second is drawn by t_prime."""

LOSES = {"4"}
CHANGES = {"return self.t(image), self.t_prime(image)": "return self.t(image), self.t(image)"}
