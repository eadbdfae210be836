"""The mean is taken before the max, so triplets that keep the margin make up for those that do not.
Take the max of each triplet, then the mean."""

LOSES = {"2a"}
CHANGES = {
    "torch.relu(to_positive - to_negative + 1).mean()": "torch.relu((to_positive - to_negative + 1).mean())"
}
