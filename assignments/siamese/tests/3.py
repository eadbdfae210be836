"""Shows how task 3 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "3"
points = 20

test_sample_cases = sample_cases("siamese", "3")
