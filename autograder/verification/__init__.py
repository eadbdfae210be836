"""The proof that a lab's graders are right. Trusted side."""
