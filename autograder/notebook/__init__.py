"""What runs in a student's own kernel: the check cell, and what is missing at hand-in. Decides nothing."""
