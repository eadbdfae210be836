"""The loss is returned as a number or detached, so `backward` has nothing to go through.
Return the tensor itself."""

LOSES = {"3.3"}
CHANGES = {
    "return -log_p.gather(1, target[:, None]).mean()": (
        "return -log_p.gather(1, target[:, None]).mean().detach()"
    ),
}
