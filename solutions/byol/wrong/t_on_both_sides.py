"""augmentation_t_prime is augmentation_t. They differ in blur and solarisation."""

LOSES = {"3.2"}


augmentation_t_prime = augmentation_t
