"""The negative is compared with whichever of anchor and positive is nearer to it, which is `swap`.
Here it is the distance from the anchor that counts."""

LOSES = {"2a"}
CHANGES = {
    "nn.functional.pairwise_distance(a, n)": """torch.minimum(
            nn.functional.pairwise_distance(a, n), nn.functional.pairwise_distance(p, n)
        )"""
}
