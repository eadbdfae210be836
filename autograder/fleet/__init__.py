"""Where gradings run: today the processors of this machine. Trusted side."""
