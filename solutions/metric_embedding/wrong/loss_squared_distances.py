"""The distances are squared, as in FaceNet.
Here d is the Euclidean distance itself."""

LOSES = {"2a"}
CHANGES = {"to_positive - to_negative + 1": "to_positive**2 - to_negative**2 + 1"}
