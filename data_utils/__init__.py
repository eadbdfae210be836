"""Data for the labs: real sets where they are, drawn or packaged ones everywhere else."""
