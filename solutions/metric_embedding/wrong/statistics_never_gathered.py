"""With a momentum of 0 batch normalisation keeps no statistics, and in eval mode it does nothing."""

LOSES = {"2b"}
CHANGES = {"nn.BatchNorm2d(num_maps_in)": "nn.BatchNorm2d(num_maps_in, momentum=0.0)"}
