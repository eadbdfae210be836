"""Views are never mirrored. Half of them should be."""

LOSES = {"3.1", "3.2"}

for augment in (augmentation_t, augmentation_t_prime):
    augment.transforms[1] = transforms.RandomHorizontalFlip(0.0)
