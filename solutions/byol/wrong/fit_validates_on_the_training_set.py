"""The metrics are those of the training set. Validate on `val_dl`."""

LOSES = {"2.3"}
CHANGES = {"validate(model, loss_fn, val_dl)": "validate(model, loss_fn, train_dl)"}
