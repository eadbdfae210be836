"""A student's Markdown or HTML as HTML that can do nothing: no script, style or request. Trusted side, pure.

Markdown and LaTeX become HTML and MathML first; one sanitiser with a list of what is allowed then goes over
all of it, whoever made it. Formulas become MathML by latex2mathml, which every current browser draws.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any
from xml.etree import ElementTree

import nh3
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from autograder.submission.pictures import picture_type

MAX_TEXT = 50_000  # characters without pictures; some twenty pages
# More of these than anybody writes take the parser seconds: links that are not closed, rows of a table.
_MOST = {"[": 1_000, "|": 4_000, "<": 4_000}
_MAX_FORMULA = 2_000
_MAX_FORMULAS = 300


def _words(text: str) -> set[str]:
    return set(text.split())


_PICTURE = re.compile(r"data:image/[\w+.-]{1,20};base64,([A-Za-z0-9+/=]+)")
_WITHOUT_ALT = re.compile(r"(<img\b)(?![^<>]*\balt\s*=\s*[\"']?[^\s\"'])", re.IGNORECASE)
_MATHML = "http://www.w3.org/1998/Math/MathML"
_MATH_TAGS = _words("""
    math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup
    munder mover munderover mmultiscripts mprescripts mtable mtr mtd menclose
""")
_MATH_ATTRIBUTES = _words("""
    display mathvariant stretchy fence separator form lspace rspace minsize maxsize movablelimits accent
    accentunder linethickness columnalign rowspacing columnspacing columnlines rowlines width height depth
    displaystyle scriptlevel notation
""")
_TAGS = _MATH_TAGS | _words("""
    p br hr h1 h2 h3 h4 h5 h6 em strong b i u s del ins sub sup mark small code pre kbd blockquote q cite
    ul ol li dl dt dd table thead tbody tfoot tr th td caption a img span div details summary
""")
_ATTRIBUTES = dict.fromkeys(_MATH_TAGS, _MATH_ATTRIBUTES) | {
    "a": {"href"},
    "img": {"src", "alt", "width"},
    "ol": {"start"},
    "th": {"align", "colspan", "rowspan"},
    "td": {"align", "colspan", "rowspan"},
    "div": {"class"},
    "pre": {"class"},
    "span": {"class"},
}
# A formula's spaces, heights and the like: what a page can bear, and hardly any backwards.
_LENGTH = re.compile(r"(?:-?0?\.\d{1,3}|\d{1,2}(?:\.\d{1,3})?)(?:em|ex|px|pt)?")
_LENGTHS = _words("width height depth lspace rspace minsize maxsize rowspacing columnspacing linethickness")
_CLASS = re.compile(r"[a-z][a-z0-9]?|highlight|warned|ansi-[a-z-]+")  # of Pygments, ours, of a terminal
_OTHERWISE = {"aligned": "split", "gather": "matrix", "gather*": "matrix", "gathered": "matrix"}
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(aligned|gather\*?|gathered)\}")
_OPERATOR = re.compile(
    r"\\operatorname\*?\{([a-zA-Z]+)\\[,;! ]([a-zA-Z]+)\}|\\operatorname\*\{([a-zA-Z]+)\}|\\(arg)\b"
)
# What stands below and above these in a formula of its own; the converter forgets it within brackets.
_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_BIG = {*"∑∏⋃⋂⨁", *_words("max min lim sup inf argmax argmin")}
# Drawn where a picture is not among what was handed in, lies in the network, or is none.
_NO_PICTURE_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="260" height="44">
<rect x="1" y="1" width="258" height="42" rx="6" fill="#efede7" stroke="#5b6169" stroke-dasharray="4"/>
<text x="130" y="27" text-anchor="middle" font-family="sans-serif" font-size="14" fill="#3c4148">picture not
shown</text></svg>"""
_NO_PICTURE = "data:image/svg+xml;base64," + base64.b64encode(_NO_PICTURE_SVG).decode()


@lru_cache(maxsize=1_000)
def render(markdown: str, ours: frozenset[str] = frozenset()) -> Markup:
    """Safe HTML for Markdown with LaTeX between dollars and pictures as `data:` addresses.

    Args:
        ours: addresses of drawings that the lab gives, which are shown whatever their format.
    """
    text, pictures = _without_pictures(markdown)  # a Markdown parser is slow on megabytes of base64
    cut = len(text) - MAX_TEXT
    text = text[:MAX_TEXT]
    try:
        if any(text.count(mark) > most for mark, most in _MOST.items()):
            raise ValueError("more marks than a text has")
        html = _parser().render(text)
    except Exception:  # hostile text may find a fault in a parser; a person can still read it
        html = f"<pre>{escape(text)}</pre>"
    clean = _sanitised(html, pictures, ours)
    if cut > 0:
        clean += f"<p><strong>The answer goes on: {cut:,} characters more are not shown.</strong></p>"
    return Markup(clean)


def harmless(html: str, ours: frozenset[str] = frozenset()) -> Markup:
    """A piece of HTML, whoever made it, with every tag closed and nothing left in it that could act.

    Classes that Pygments and nbconvert set stay; what they look like is the page's own affair.
    """
    return Markup(_sanitised(*_without_pictures(html), ours))


def as_typed(markdown: str) -> str:
    """The source, with a word in place of each picture's data: nothing that a page may hide is lost."""
    return _PICTURE.sub("[picture]", markdown)[: 2 * MAX_TEXT]


def render_inline(markdown: str) -> Markup:
    """The same for one line of ours, without paragraphs; an item of a rubric."""
    return Markup(_sanitised(_parser().renderInline(markdown, {}), ()))


def _without_pictures(text: str) -> tuple[str, list[str]]:
    """The text with a short address for each `data:` picture, and the pictures."""
    pictures: list[str] = []

    def take_out(found: re.Match[str]) -> str:
        pictures.append(found[0])
        return f"picture:{len(pictures) - 1}"

    return _PICTURE.sub(take_out, text), pictures


def _sanitised(html: str, pictures: Sequence[str], ours: frozenset[str] = frozenset()) -> str:
    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return " ".join(one for one in value.split() if _CLASS.fullmatch(one)) or None
        if tag in _MATH_TAGS and name in _LENGTHS:
            return value if all(_LENGTH.fullmatch(one) for one in value.split()) else None
        if (tag, name) == ("img", "src"):
            found = re.fullmatch(r"picture:(\d{1,6})", value)
            known = found and int(found[1]) < len(pictures)
            address = pictures[int(found[1])] if found and known else ""
            return address if address in ours else _shown(address)
        if (tag, name) == ("a", "href"):
            return value if re.match(r"https?://", value, re.IGNORECASE) else None
        return value

    return nh3.clean(
        _WITHOUT_ALT.sub(r"\1 alt='a picture without a description'", html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "data", "picture", "attachment"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )


def _shown(address: str) -> str:
    """The picture as what its bytes say that it is, whatever the address claims."""
    encoded = address.partition(",")[2]
    try:
        kind = picture_type(base64.b64decode(encoded))
    except (ValueError, binascii.Error):
        kind = None
    return f"data:{kind};base64,{encoded}" if kind else _NO_PICTURE


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    dollarmath_plugin(parser, allow_labels=False, allow_digits=False, double_inline=True)
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, _math_rule)
    return parser


def _math_rule(renderer: Any, tokens: Sequence[Any], at: int, options: Any, env: Mapping[str, Any]) -> str:
    token = tokens[at]
    block = token.type != "math_inline"
    count = dict(env).get("formulas", 0) + 1
    env.update(formulas=count)  # type: ignore[attr-defined]
    if count > _MAX_FORMULAS:
        return f"<code>{escape(token.content)}</code>"
    math = mathml(token.content.strip(), block)
    return f"<p>{math}</p>\n" if token.type == "math_block" else math


def _known(latex: str) -> str:
    """The formula without what the converter does not know, where it knows another word for it."""
    latex = _ENVIRONMENT.sub(lambda found: f"\\{found[1]}{{{_OTHERWISE[found[2]]}}}", latex)
    return _OPERATOR.sub(lambda found: f"\\operatorname{{{''.join(filter(None, found.groups()))}}}", latex)


@lru_cache(maxsize=5_000)
def mathml(latex: str, block: bool) -> str:
    """MathML for a formula; its source as code where it cannot be read or has other markup in it."""
    source = f"<code>{escape(latex)}</code>"
    if len(latex) > _MAX_FORMULA:
        return source
    try:
        tree = ElementTree.fromstring(convert(_known(latex), display="block" if block else "inline"))
    except Exception:  # of many kinds; a formula that is none is shown as it was typed
        return source
    for element in tree.iter():
        element.tag = element.tag.removeprefix(f"{{{_MATHML}}}")
        if block and element.tag in _LIMITS and element[0].text in _BIG:
            element.tag = _LIMITS[element.tag]
    if any(element.tag not in _MATH_TAGS for element in tree.iter()):
        return source
    tree.set("xmlns", _MATHML)
    return ElementTree.tostring(tree, encoding="unicode")
