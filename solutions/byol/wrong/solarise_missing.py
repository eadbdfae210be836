"""t' never solarises. It does in one view in five."""

LOSES = {"3.2"}

augmentation_t_prime = augmentation(blur=0.1, solarise=0.0)
