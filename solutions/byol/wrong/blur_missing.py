"""Nothing is blurred. t always blurs, and t' in one view in ten."""

LOSES = {"3.1"}

augmentation_t = augmentation(blur=0.0, solarise=0.0)
