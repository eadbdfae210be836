"""The handed-in network is a pickle that runs a program when it is opened."""

import os
import pickle

from tests.hostile.handing_in import write

LOST = {"3.5": "error"}


class Bomb:
    def __reduce__(self):
        return os.system, ("echo LEAK; touch /tmp/bomb-went-off",)


def build(room, student, notebook, files):
    files = {"protonet-trained.pth": pickle.dumps({"proto_net": Bomb()})}
    write(room / student, notebook, files)
