"""Training runs in the mode in which the model came. Call model.train() first."""

LOSES = {"6"}


def fit_byol(model, optimizer, train_dl, epochs=10, patience=5):
    history = {"train_loss": []}
    best, waited = math.inf, 0
    for _ in range(epochs):
        losses = []
        for (x1, x2), _ in train_dl:
            loss = model.loss(*model(x1, x2))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            model.update_target()
            losses.append(loss.item())
        history["train_loss"].append(sum(losses) / len(losses))
        if history["train_loss"][-1] < best:
            best, waited = history["train_loss"][-1], 0
        else:
            waited += 1
            if waited == patience:
                break
    return history
