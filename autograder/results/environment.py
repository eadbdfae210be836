"""What this machine is, as far as results may depend on it. Trusted side."""

import platform
from importlib.metadata import version

from autograder.results.schema import Environment
from autograder.sandbox import Level


def environment_of(level: Level) -> Environment:
    """What this machine is; `level` is what the sandbox reached."""
    return Environment(
        python=platform.python_version(),
        torch=version("torch"),
        numpy=version("numpy"),
        platform=f"{platform.system()} {platform.machine()}",
        sandbox=level,
    )
