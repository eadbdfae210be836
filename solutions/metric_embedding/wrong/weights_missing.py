"""There is no metric-embedding.pth.
Run the cell of task 3d and hand in the file beside the notebook."""

LOSES = {"3b", "3d"}


def hand_in(files):
    return {name: data for name, data in files.items() if name != "metric-embedding.pth"}
