"""Shows how task 1 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "1"
points = 4

test_sample_cases = sample_cases("byol", "1")
