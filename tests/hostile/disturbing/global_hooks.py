"""Replaces the hooks for imports, exceptions and tracing."""

import builtins
import sys

sys.excepthook = lambda *args: None
sys.settrace(lambda *args: None)
sys.setprofile(lambda *args: None)
_import = builtins.__import__
builtins.__import__ = lambda name, *args, **kwargs: _import(name, *args, **kwargs)
