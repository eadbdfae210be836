"""Shows how task 5.3 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "5.3"
points = 10

test_sample_cases = sample_cases("byol", "5.3")
