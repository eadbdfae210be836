"""Only the encoder of the target moves. The projector follows, too."""

LOSES = {"5.4"}
CHANGES = {"for online, target in pairs:": "for online, target in pairs[:1]:"}
