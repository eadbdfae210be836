"""Both files hold the same network.
The second one is trained without zeros."""

LOSES = {"3e"}


Path("metric-embedding-without-0.pth").write_bytes(Path("metric-embedding.pth").read_bytes())
