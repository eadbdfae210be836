"""Crops are resized by bilinear interpolation, torchvision's default."""

CHANGES = {
    ("interpolation=transforms.InterpolationMode.BICUBIC"): (
        "interpolation=transforms.InterpolationMode.BILINEAR"
    ),
}
