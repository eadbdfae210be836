"""A figure with sliders is a plain picture first; what moves it is a bonus."""

import IPython
import IPython.display
import matplotlib
import matplotlib.pyplot as plt
import pytest

from data_utils import sliders

matplotlib.use("agg")


class Cell:
    """What a cell shows: what was displayed, and what took a displayed picture's place."""

    def __init__(self) -> None:
        self.displayed: list = []
        self.updates: list = []

    def display(self, what, display_id=None, raw=False):
        self.displayed.append(what)
        return self

    def update(self, what) -> None:
        self.updates.append(what)


@pytest.fixture
def cell(monkeypatch):
    """A notebook's cell."""
    cell = Cell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    monkeypatch.setattr(IPython.display, "display", cell.display)
    return cell


def draw(alpha: float = 32, margin: float = 0.1):
    figure, panel = plt.subplots()
    panel.set_title(f"{alpha} {margin}")
    return figure


def title(figure) -> str:
    return figure.axes[0].get_title()


def test_without_ipywidgets_there_is_the_picture_alone(cell, monkeypatch):
    monkeypatch.setattr(sliders, "find_spec", lambda name: None)
    sliders.show_with_sliders(draw, alpha=(1, 64))
    assert [title(figure) for figure in cell.displayed] == ["32 0.1"]
    assert not plt.get_fignums()  # Jupyter would show it a second time


def test_a_slider_draws_the_picture_anew(cell):
    widgets = pytest.importorskip("ipywidgets.widgets.widget")
    sliders.show_with_sliders(draw, alpha=(1, 64), margin=(0, 0.5))
    picture, view = cell.displayed
    assert title(picture) == "32 0.1"
    assert "alpha and margin" in view["text/plain"]  # where widgets cannot be shown
    shown = view["application/vnd.jupyter.widget-view+json"]["model_id"]
    alpha, margin = widgets._instances[shown].children
    assert (alpha.value, alpha.min, alpha.max, margin.value) == (32, 1, 64, 0.1)
    alpha.value = 2
    assert [title(figure) for figure in cell.updates] == ["2.0 0.1"]
    assert not plt.get_fignums()


def test_outside_of_a_notebook_it_is_shown_as_any_figure(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)
    monkeypatch.setattr(plt, "show", lambda: shown.extend(map(title, map(plt.figure, plt.get_fignums()))))
    sliders.show_with_sliders(draw, alpha=(1, 64))
    plt.close("all")
    assert shown == ["32 0.1"]
