"""The loss is the mean of the batches' means. The last batch is smaller: weigh each by its images."""

LOSES = {"2.2"}
CHANGES = {
    "loss += float(loss_fn(y_pred, y)) * len(y)": "loss += float(loss_fn(y_pred, y))",
    "return loss / images, correct": "return loss / len(dataloader), correct",
}
