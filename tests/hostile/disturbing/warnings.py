"""Floods the log with warnings, and turns them into errors."""

import sys
import warnings

for number in range(2000):
    warnings.warn(f"warning {number}", stacklevel=1)
    print("warning", number, file=sys.stderr)
warnings.simplefilter("error")
