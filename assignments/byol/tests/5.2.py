"""Shows how task 5.2 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "5.2"
points = 8

test_sample_cases = sample_cases("byol", "5.2")
