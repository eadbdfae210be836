"""Shows how task 3.2 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "3.2"
points = 6

test_sample_cases = sample_cases("byol", "3.2")
