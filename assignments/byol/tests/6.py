"""Shows how task 6 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "6"
points = 8

test_sample_cases = sample_cases("byol", "6")
