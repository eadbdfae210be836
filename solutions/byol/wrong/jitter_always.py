"""The colour jitter always acts. Put it into RandomApply with probability 0.8."""

LOSES = {"3.1", "3.2"}

for augment in (augmentation_t, augmentation_t_prime):
    augment.transforms[2] = transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)
