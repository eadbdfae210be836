"""The classic way: draw until it fits; the same picture comes twice now and then; a fixed length."""


class SiameseNetworkDataset(Dataset):
    def __init__(self, imageFolderDataset, transform=None):
        self.imageFolderDataset = imageFolderDataset
        self.transform = transform

    def __getitem__(self, index):
        img0_tuple = random.choice(self.imageFolderDataset.imgs)
        should_get_same_class = random.randint(0, 1)
        while True:
            img1_tuple = random.choice(self.imageFolderDataset.imgs)
            if (img0_tuple[1] == img1_tuple[1]) == bool(should_get_same_class):
                break
        img0, img1 = Image.open(img0_tuple[0]).convert("L"), Image.open(img1_tuple[0]).convert("L")
        if self.transform is not None:
            img0, img1 = self.transform(img0), self.transform(img1)
        different = int(img1_tuple[1] != img0_tuple[1])
        return img0, img1, torch.from_numpy(np.array([different], dtype=np.float32))

    def __len__(self):
        return 500
