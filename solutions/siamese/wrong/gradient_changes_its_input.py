"""`difference -= output2` changes the array that `difference` is: the caller's `output1`.
Write `output1 - output2`, which makes a new one."""

LOSES = {"1.1"}
CHANGES = {"difference = output1 - output2\n": "difference = output1\n    difference -= output2\n"}
