"""One view in ten is grey, as torchvision has it if nobody says otherwise. One in five should be."""

LOSES = {"3.1", "3.2"}
CHANGES = {"RandomGrayscale(0.2)": "RandomGrayscale()"}
