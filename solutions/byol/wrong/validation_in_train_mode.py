"""Validation runs in train mode: dropout acts, and batch normalisation learns from the test set. Call
eval() first."""

LOSES = {"2.2"}


def validate(model, loss_fn, dataloader):
    training = model.training
    loss, correct, images = 0.0, 0, 0
    with torch.no_grad():
        for x, y in dataloader:
            y_pred = model(x)
            loss += float(loss_fn(y_pred, y)) * len(y)
            correct += count_correct(y_pred, y)
            images += len(y)
    model.train(training)
    return loss / images, correct / images
