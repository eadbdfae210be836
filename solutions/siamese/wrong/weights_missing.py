"""There is no siamese.pth.
Run the cell of task 5.1 and hand the file in beside the notebook."""

LOSES = {"5.1"}


def hand_in(files):
    return {name: data for name, data in files.items() if name != "siamese.pth"}
