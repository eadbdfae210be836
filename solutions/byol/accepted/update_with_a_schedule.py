"""The target's tau follows the schedule of the paper from the model's own tau."""


def fit_byol(model, optimizer, train_dl, epochs=10, patience=5):
    history = {"train_loss": []}
    model.train()
    best, waited, step = math.inf, 0, 0
    for _ in range(epochs):
        losses = []
        for (x1, x2), _ in train_dl:
            loss = model.loss(*model(x1, x2))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            tau, step = model.tau, step + 1
            model.tau = tau_at(step, epochs * len(train_dl), tau)
            model.update_target()
            model.tau = tau
            losses.append(loss.item())
        pass
        history["train_loss"].append(sum(losses) / len(losses))
        if history["train_loss"][-1] < best:
            best, waited = history["train_loss"][-1], 0
        else:
            waited += 1
            if waited == patience:
                break
    return history
