"""A few steps of training are not enough: train for all epochs."""

LOSES = {"3b"}


for file in Path("variants/weights_hardly_trained").glob("*.pth"):
    Path(file.name).write_bytes(file.read_bytes())
