"""Record, judge, keep, never twice: how a result is made, cached and made again. Trusted side."""
