"""The edges are filled with the pixels beside them."""

CHANGES = {"padding=k // 2, bias=bias": 'padding=k // 2, padding_mode="replicate", bias=bias'}
