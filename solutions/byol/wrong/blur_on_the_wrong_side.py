"""Blur has its probabilities exchanged. t always blurs, t' in one view in ten."""

LOSES = {"3.1", "3.2"}

augmentation_t = augmentation(blur=0.1, solarise=0.0)
augmentation_t_prime = augmentation(blur=1.0, solarise=0.2)
