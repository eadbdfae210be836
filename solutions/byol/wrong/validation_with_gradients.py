"""Gradients are recorded during validation, which costs memory for nothing. Use torch.no_grad()."""

LOSES = {"2.2"}


def validate(model, loss_fn, dataloader):
    training = model.training
    model.eval()
    loss, correct, images = 0.0, 0, 0
    for x, y in dataloader:
        y_pred = model(x)
        loss += float(loss_fn(y_pred, y)) * len(y)
        correct += count_correct(y_pred, y)
        images += len(y)
    model.train(training)
    return loss / images, correct / images
