"""A student's Markdown can be read, and can do nothing."""

import base64
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nh3 import is_html
from PIL import Image

from autograder.reports.markup import MAX_TEXT, render
from autograder.submission.pictures import MAX_BYTES, attached, data_address, with_pictures


def png(width: int = 3, height: int = 2) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def test_markdown_tables_and_formulas() -> None:
    html = render("*Why* **not**\n\n| a | b |\n|---|---|\n| $x^2$ | `y` |\n\n$$\\frac{a}{b}$$")
    assert "<em>Why</em> <strong>not</strong>" in html
    assert "<td><code>y</code></td>" in html
    assert "<msup>" in html
    assert '<math display="block">' in html
    assert "<mfrac>" in html


@pytest.mark.parametrize(
    "environment", ["aligned", "gather", "gather*", "gathered", "align", "cases", "split"]
)
def test_the_usual_environments_are_formulas(environment: str) -> None:
    html = render(f"$$\\begin{{{environment}}} a &= b \\\\ c &= d \\end{{{environment}}}$$")
    assert html.count("<mtr>") == 2
    assert "&amp;" not in html


def test_limits_stand_below_and_above_in_a_formula_of_its_own() -> None:
    assert "<munderover><mo>∑</mo>" in render("$$\\left(\\sum_{c=1}^C x_c\\right)$$")
    assert "<munder><mo>argmin</mo><mi>k</mi></munder>" in render("$$\\operatorname*{arg\\,min}_k d_k$$")
    assert "\\arg" not in render("$$\\arg\\min_k d_k$$")
    assert "<msub><mo>max</mo>" in render("so $\\max_k d_k$ is large")
    assert "<msubsup><mi>x</mi>" in render("$$x_1^2$$")


@pytest.mark.parametrize(
    "latex", ["\\kern-99em 15", "\\rule{99999em}{99999em}", "\\hspace{1e9em}15", "\\hspace{-30em}15"]
)
def test_a_formula_reaches_no_further_than_a_page_can_bear(latex: str) -> None:
    assert not re.findall(r"\d{3}em|-\d|e9", render(f"${latex}$"))
    assert 'width="0.167em"' in render("$a\\,b$")  # what people use stays


def test_prices_are_no_formulas() -> None:
    assert "<math" not in render("It cost $5 and then $6.")


@pytest.mark.parametrize(
    "source",
    [
        "$\\text{x<y onmouseover=alert(1)}$",
        "$\\undefined{$",
        "$" + "{" * 500 + "$",
        "$" + "x" * 5_000 + "$",
    ],
)
def test_a_formula_that_is_none_is_shown_as_typed(source: str) -> None:
    html = render(source)
    assert "onmouseover=alert(1)}</code>" in html or "<math" in html or "<code>" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("source", "gone"),
    [
        ("<script>alert(1)</script>", "alert"),
        ("<img src=x onerror=alert(1)>", "onerror"),
        ("<a href='javascript:alert(1)'>x</a>", "javascript"),
        ("<a href='JaVa\tscript:alert(1)'>x</a>", "script:"),
        ("<a href='data:text/html,<script>1</script>'>x</a>", "data:text"),
        ("<iframe src='https://stranger.example'></iframe>", "iframe"),
        ("<form action='https://stranger.example'><input></form>", "stranger"),
        ("<p style='position:fixed'>x</p>", "style"),
        ("<p id='desk' class='conflict'>x</p>", "conflict"),
        ("<p hx-get='/x' data-key='1'>x</p>", "hx-get"),
        ("<svg><script>alert(1)</script></svg>", "alert"),
        ("<math href='javascript:1'><mi xlink:href='x'>x</mi></math>", "href"),
        ("![x](https://stranger.example/pixel.png)", "stranger"),
        ("<img srcset='https://stranger.example/x'>", "stranger"),
        ("<video src='https://stranger.example/x'></video>", "stranger"),
        ("<link rel=stylesheet href='https://stranger.example/x'>", "stranger"),
        ("<base href='https://stranger.example/'>", "stranger"),
        ("<meta http-equiv=refresh content='0;url=https://stranger.example'>", "stranger"),
    ],
)
def test_what_could_act_or_ask_is_gone(source: str, gone: str) -> None:
    assert gone not in render(source)


def test_a_formula_cannot_break_out_of_an_attribute() -> None:
    html = render('<div title="\n\n$\\text{" onmouseover=alert(1) x="}$ ">\n\nend')
    assert "onmouseover=alert(1)" not in html.replace("&quot;", "").split(">")[0]
    assert " onmouseover=" not in html.replace("<code>", "").replace("&quot; onmouseover=", "")


def test_links_lead_out_without_telling_where_from() -> None:
    html = render("[paper](https://arxiv.org/abs/2304.02643)")
    assert 'rel="noopener noreferrer nofollow"' in html
    assert 'target="_blank"' in html


def test_pictures_are_those_that_were_handed_in() -> None:
    text = with_pictures("![a](figures/a%20b.png) <img width=9 src='attachment:c.png'> ![no](d.png)", {
        "figures/a b.png": png(), "attachment:c.png": png(), "d.png": b"GIF89a no picture"
    })  # fmt: skip
    html = render(text)
    assert html.count("data:image/png;base64,") == 2
    assert html.count("data:image/svg+xml") == 1  # our own "not shown"
    assert 'alt="a"' in html


def test_a_picture_is_what_its_bytes_say() -> None:
    svg = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
    for claimed in ("svg+xml", "png"):
        assert svg not in render(f"![x](data:image/{claimed};base64,{svg})")
    jpeg = io.BytesIO()
    Image.new("RGB", (2, 2)).save(jpeg, "JPEG")
    claimed = f"data:image/png;base64,{base64.b64encode(jpeg.getvalue()).decode()}"
    assert "data:image/jpeg;base64," in render(f"![x]({claimed})")


def test_pictures_have_limits() -> None:
    assert data_address(png() + b"\0" * MAX_BYTES) is None
    assert data_address(png(20_000, 20_000)) is None  # 50 KB that would fill a browser's memory
    assert data_address(png(2_000, 2_000)) is not None


def test_attachments_of_any_shape() -> None:
    encoded = base64.b64encode(png()).decode()
    hostile = {"a.png": {"image/png": encoded}, "b": 3, "c": {"x": None}, "d": {"image/png": "%%%"}}
    assert attached(hostile)["attachment:a.png"] == png()
    assert attached(None) == attached([1]) == {}


def test_every_picture_has_a_description() -> None:
    assert render("<img src=x> <img src=x alt=''> ![](x)").count("a picture without a description") == 3


def test_a_long_answer_is_cut_and_says_so() -> None:
    html = render("word " * (MAX_TEXT // 5 + 100))
    assert "500 characters more are not shown" in html


@given(st.text(alphabet="<>/\"'=$\\{}[]()!`*_&;: \nabimgscriptonerrorx#-|", max_size=120))
def test_whatever_is_typed_nothing_acts(source: str) -> None:
    html = render(source).lower()
    assert "<script" not in html
    assert not any(f"<{tag}" in html for tag in ("iframe", "style", "form", "svg", "object"))
    assert is_html(html) or "<" not in html


@pytest.mark.parametrize("hostile", ["[" * 49_999, "|a|b|\n|-|-|\n" + "|\n" * 24_000, "<img " * 9_990])
def test_more_marks_than_a_text_has_are_shown_as_they_are(hostile: str) -> None:
    """The parser, which is slow on them, is not asked."""
    html = render(hostile)
    assert html.startswith("<pre>")
    assert "<table" not in html
    assert "<img" not in html
