"""The blur's sigma is always 1. It is drawn from 0.1 to 2.0 for each view."""

LOSES = {"3.1"}
CHANGES = {
    "augmentation_t = augmentation(blur=1.0, solarise=0.0)": (
        "augmentation_t = augmentation(blur=1.0, solarise=0.0)\n"
        "augmentation_t.transforms[4].transforms[0].sigma = (1.0, 1.0)"
    ),
}
