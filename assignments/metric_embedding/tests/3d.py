"""Shows how task 3d fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "3d"
points = 6

test_sample_cases = sample_cases("metric_embedding", "3d")
