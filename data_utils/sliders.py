"""Sliders below a figure. Students' side: the notebooks' figures call it, no grader does."""

import inspect
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any


def show_with_sliders(draw: Callable[..., Any], **reach: tuple[float, float]) -> None:
    """Show the figure that `draw` makes, and sliders for the numbers by which it is to be drawn anew.

    The figure is an ordinary picture of its cell. So where ipywidgets is not installed there is only the
    picture, and where no kernel runs, as on a web page, it stays as it was last.

    Args:
        draw: returns a figure of matplotlib; the sliders begin at the defaults of its arguments.
        reach: by the argument's name the lowest and the highest value.
    """
    import matplotlib.pyplot as plt
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:  # a script, or a test
        draw()
        plt.show()
        return
    figure = draw()
    shown = display(figure, display_id=True)  # type: ignore[no-untyped-call]
    plt.close(figure)  # or Jupyter shows it once more at the cell's end
    if find_spec("ipywidgets") is None:
        return
    import ipywidgets

    starts = {name: inspect.signature(draw).parameters[name].default for name in reach}
    sliders = {
        name: ipywidgets.FloatSlider(
            value=starts[name],
            min=low,
            max=high,
            step=(high - low) / 100,
            description=name,
            readout_format=".3f",
        )
        for name, (low, high) in reach.items()
    }

    def draw_anew(_change: Any) -> None:
        figure = draw(**{name: slider.value for name, slider in sliders.items()})
        shown.update(figure)
        plt.close(figure)

    for slider in sliders.values():
        slider.observe(draw_anew, names="value")
    box = ipywidgets.HBox(list(sliders.values()))
    view = {"model_id": box.model_id, "version_major": 2, "version_minor": 0}
    # By hand, for the text that stands in where widgets cannot be shown.
    text = f"Sliders for {' and '.join(sliders)} stand here once this cell runs in a Jupyter with ipywidgets"
    display({"application/vnd.jupyter.widget-view+json": view, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
