"""Where a course lies on disk, and what a lab's rubric says. Trusted side."""
