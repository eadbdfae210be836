"""Shows how task 2.2 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "2.2"
points = 5

test_sample_cases = sample_cases("hard_triplets", "2.2")
