"""Views have values from 0 to 1. Normalise with MEAN and STD at the end."""

LOSES = {"3.1", "3.2"}

for augment in (augmentation_t, augmentation_t_prime):
    del augment.transforms[-1]
