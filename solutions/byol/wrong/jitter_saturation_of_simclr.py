"""The jitter's saturation is 0.4, as in SimCLR. BYOL's is 0.2."""

LOSES = {"3.1", "3.2"}

for augment in (augmentation_t, augmentation_t_prime):
    augment.transforms[2] = transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)], 0.8)
