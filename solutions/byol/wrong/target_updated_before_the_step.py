"""The target moves before the step, towards the weights of the step before. First the step, then the
average."""

LOSES = {"6"}
CHANGES = {
    ("                optimizer.step()\n                model.update_target()\n"): (
        "                model.update_target()\n                optimizer.step()\n"
    ),
}
