"""Starts programs, with and without a shell."""

import os
import subprocess

try:
    subprocess.run(["/bin/echo", "LEAK started"], check=True)
except OSError:
    pass
os.system("echo LEAK shell")
