"""A progress bar and a TensorBoard of one's own, and tau by the schedule."""

from torch.utils.tensorboard import SummaryWriter
from tqdm.auto import tqdm


def fit_byol(model, optimizer, train_dl, epochs=10, patience=5):
    losses = []
    writer, step, base = SummaryWriter("runs/own"), 0, model.tau
    while len(losses) < epochs:
        model.train()
        total = 0.0
        for (x1, x2), _ in (bar := tqdm(train_dl, leave=False)):
            z1, z2, p1, p2 = model(x1.to(DEVICE), x2.to(DEVICE))
            loss = model.loss(z1, z2, p1, p2)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            model.tau = tau_at(step, epochs * len(train_dl), base)
            model.update_target()
            total += loss.item()
            writer.add_scalar("loss", loss.item(), step)
            writer.add_scalar("deviation", projection_deviation(z1), step)
            bar.set_postfix(loss=loss.item())
        losses.append(total / len(train_dl))
        if len(losses) > patience and min(losses[-patience:]) >= min(losses[:-patience]):
            break
    writer.close()
    return {"train_loss": losses}
