"""Crops are resized without interpolation."""

CHANGES = {
    "interpolation=transforms.InterpolationMode.BICUBIC": "interpolation=transforms.InterpolationMode.NEAREST"
}
