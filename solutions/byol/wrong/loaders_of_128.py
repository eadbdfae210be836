"""The loaders have 128 pictures whatever `batch_size` says."""

LOSES = {"1"}
CHANGES = {"split, transform), batch_size, shuffle": "split, transform), 128, shuffle"}
