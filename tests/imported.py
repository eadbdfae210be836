"""All that commands import, for the process that `tests.commands` forks. Nobody else imports this module."""

import contextlib
import gc
import importlib
import os
import pkgutil
import sys

import autograder

OTHERS = "jupytext", "matplotlib.pyplot", "pytest", "safetensors.torch", "sklearn.linear_model", "torchvision"

os.environ["OMP_NUM_THREADS"] = "1"
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # as the command line has it
gc.disable()
ours = (module.name for module in pkgutil.walk_packages(autograder.__path__, "autograder."))
for name in ("torch", *ours, *OTHERS):
    if not name.endswith("__main__"):
        with contextlib.suppress(ImportError):  # of an extra: the command says that it is not installed
            importlib.import_module(name)
gc.freeze()
gc.enable()
if sys.platform == "linux":
    from autograder.sandbox import kernel

    kernel.use_huge_pages()  # a fork copies a table entry for each page
