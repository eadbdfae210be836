"""The second term is a mean over the proxies that have a sample in the batch.
All proxies push: the paper divides it by their number."""

LOSES = {"2.3"}
CHANGES = {"+ push_of_proxy.mean()": "+ push_of_proxy[positive.any(dim=0)].mean()"}
