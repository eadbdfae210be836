"""Training runs in whichever mode the model came. Call model.train() first."""

LOSES = {"2.3"}


def fit(model, optimiser, loss_fn, train_dl, val_dl, epochs, print_metrics=True):
    for _ in range(epochs):
        for x, y in train_dl:
            optimiser.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            optimiser.step()
