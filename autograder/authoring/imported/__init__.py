"""Other graders' notebooks, Otter's and nbgrader's, as the beginning of a lab. Trusted side."""
