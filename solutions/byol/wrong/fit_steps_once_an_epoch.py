"""There is one step an epoch, after the last batch. Take one after every batch."""

LOSES = {"2.3"}


def fit(model, optimiser, loss_fn, train_dl, val_dl, epochs, print_metrics=True):
    for _ in range(epochs):
        model.train()
        for x, y in train_dl:
            optimiser.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
        optimiser.step()
