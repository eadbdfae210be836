"""Images, targets and indices are tensors, negatives are drawn until the class differs.
Images come in another order after the removal."""


class MNISTMetricDataset(Dataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        self.split = split
        mnist = torchvision.datasets.MNIST(root, train="train" in split, download=True)
        self.images, self.targets = mnist.data.float() / 255.0, mnist.targets
        self.classes = list(range(10))
        if remove_class is not None:
            kept = (self.targets != remove_class).nonzero().squeeze(1).flip(0)
            self.images, self.targets = self.images[kept], self.targets[kept]

    def _sample_positive(self, index):
        same = (self.targets == self.targets[index]).nonzero().squeeze(1)
        return same[torch.randint(len(same), ())]

    def _sample_negative(self, index):
        while True:
            other = torch.randint(len(self.targets), ())
            if self.targets[other] != self.targets[index]:
                return other

    def __getitem__(self, index):
        anchor, target = self.images[index].unsqueeze(0), self.targets[index].item()
        if self.split != "train":
            return anchor, target
        positive, negative = self._sample_positive(index), self._sample_negative(index)
        return anchor, self.images[positive].unsqueeze(0), self.images[negative].unsqueeze(0), target

    def __len__(self):
        return len(self.images)
