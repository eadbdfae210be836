"""The MLP has one option more, and the model calls it by name and looks into it."""

CHANGES = {
    ("input_size: int, hidden_size: int, output_size: int) -> None"): (
        "input_size: int, hidden_size: int, output_size: int, bias: bool = True) -> None"
    ),
    ("            nn.Linear(hidden_size, output_size),\n"): (
        "            nn.Linear(hidden_size, output_size, bias=bias),\n"
    ),
    ("MLP(input_size, hidden_size, projection_size)"): (
        "MLP(input_size, hidden_size, output_size=projection_size, bias=True)"
    ),
}
