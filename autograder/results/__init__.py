"""What was found out about a submission, and on what machine: the schema of results.json. Trusted side."""
