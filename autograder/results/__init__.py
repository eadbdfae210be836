"""What was found out about submissions, whose they are, and what their points come to. Trusted side."""
