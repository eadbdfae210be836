"""The first block takes one map whatever `input_channels` says."""

LOSES = {"2c"}
CHANGES = {"_BNReluConv(input_channels, emb_size)": "_BNReluConv(1, emb_size)"}
