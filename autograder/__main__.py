"""`python -m autograder` is `autograder`, also where Python finds a course's folder `autograder/` first."""

import sys

import autograder


def _main() -> None:
    if getattr(autograder, "__file__", None) is None:  # no package: the course's graders lie in it
        sys.path.pop(0)  # the working folder, as with -P
        del sys.modules["autograder"]
    from autograder.cli import main

    main()


_main()
