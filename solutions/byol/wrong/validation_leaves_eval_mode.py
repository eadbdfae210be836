"""The model stays in eval mode after validation, so the next epoch trains in it. Set the earlier mode
again."""

LOSES = {"2.2"}


def validate(model, loss_fn, dataloader):
    model.eval()
    loss, correct, images = 0.0, 0, 0
    with torch.no_grad():
        for x, y in dataloader:
            y_pred = model(x)
            loss += float(loss_fn(y_pred, y)) * len(y)
            correct += count_correct(y_pred, y)
            images += len(y)
    return loss / images, correct / images
