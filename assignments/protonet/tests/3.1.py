"""Shows how task 3.1 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "3.1"
points = 15

test_sample_cases = sample_cases("protonet", "3.1")
