"""Gradients of all batches add up. Set them to zero before each backward pass."""

LOSES = {"2.3"}


def fit(model, optimiser, loss_fn, train_dl, val_dl, epochs, print_metrics=True):
    for _ in range(epochs):
        model.train()
        for x, y in train_dl:
            loss = loss_fn(model(x), y)
            loss.backward()
            optimiser.step()
