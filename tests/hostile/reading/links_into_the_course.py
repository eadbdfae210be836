"""Makes symbolic and hard links to files outside its folder, and reads through them."""

BASE = "stub"

import os
import sys

for number, folder in enumerate(sys.path):
    for target in ("../../solutions/protonet/protonet.py", "../../fixtures/protonet/secret"):
        try:
            os.symlink(os.path.join(folder, target), f"link{number}")
            print(
                "LEAK",
                os.listdir(f"link{number}")
                if os.path.isdir(f"link{number}")
                else open(f"link{number}").read(9),
            )
        except OSError:
            pass
