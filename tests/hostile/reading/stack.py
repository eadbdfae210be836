"""Walks the stack up to whoever called, and looks for scores, expected values and graders."""

BASE = "stub"

import sys

frame = sys._getframe()
while frame:
    for name in frame.f_locals:
        if name in ("expected", "expectations", "graders", "rubric", "answers"):
            print("LEAK", name)
    frame = frame.f_back
for name in sys.modules:
    if name.startswith(("autograder.judging", "autograder.graders", "autograder.grading.known_answers")):
        print("LEAK", name)
