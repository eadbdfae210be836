"""The lab's given helpers, on the trusted side."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

COURSE = Path(__file__).resolve().parents[3]


@cache
def given(name: str) -> ModuleType:
    """A given helper of the lab, imported by its path: never a student's module of that name."""
    spec = importlib.util.spec_from_file_location(f"given_{name}", COURSE / f"assignments/protonet/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
