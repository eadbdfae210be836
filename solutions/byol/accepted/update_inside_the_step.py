"""A step of training as a method of the model, with the average in it."""


class BYOL(BYOL):
    def training_step(self, x1, x2, optimizer):
        loss = self.loss(*self(x1, x2))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        self.update_target()
        return loss.item()


def fit_byol(model, optimizer, train_dl, epochs=10, patience=5):
    model.train()
    history = {"train_loss": []}
    for _ in range(epochs):
        losses = [model.training_step(x1, x2, optimizer) for (x1, x2), _ in train_dl]
        history["train_loss"].append(sum(losses) / len(losses))
        if (
            len(history["train_loss"])
            - 1
            - min(range(len(history["train_loss"])), key=history["train_loss"].__getitem__)
            >= patience
        ):
            break
    return history
