"""The loss is the mean of the batches' means. The last batch is smaller: weigh each by its images."""

LOSES = {"2.2"}


def validate(model, loss_fn, dataloader):
    training = model.training
    model.eval()
    loss, correct, images, batches = 0.0, 0, 0, 0
    with torch.no_grad():
        for x, y in dataloader:
            y_pred = model(x)
            loss += float(loss_fn(y_pred, y))
            correct += count_correct(y_pred, y)
            images += len(y)
            batches += 1
    model.train(training)
    return loss / batches, correct / images
