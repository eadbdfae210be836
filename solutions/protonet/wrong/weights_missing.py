"""There is no `protonet-trained.pth` beside the notebook.
Run the training, which writes it, and hand in the zip that the last cell makes."""

LOSES = {"3.5"}


def hand_in(files):
    return {}
