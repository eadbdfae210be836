"""Solarisation is in t and not in t'. t never solarises, t' does in one view in five."""

LOSES = {"3.1", "3.2"}

augmentation_t = augmentation(blur=1.0, solarise=0.2)
augmentation_t_prime = augmentation(blur=0.1, solarise=0.0)
