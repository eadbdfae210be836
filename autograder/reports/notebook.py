"""A student's notebook, rendered by nbconvert, in pieces that can do nothing. Trusted side, hostile input.

Two walls: the notebook is rebuilt from what may be shown, in nbconvert's own words and with our filters for
Markdown; and each cell's HTML goes through the sanitiser on its own, so that no cell can open or close
what lies around it. A page that shows the pieces forbids itself scripts and the network besides.
"""

import base64
import binascii
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.reports.markup import harmless, render
from autograder.submission.extract import Policy, UnreadableError, clean, document_of, tasks_of
from autograder.submission.pictures import attached, picture_type, with_pictures

_MAX_TEXT = 20_000  # characters of one cell's source or one output; some eight pages
_MAX_CELLS = 500
_MAX_PICTURES = 16 * 2**20  # characters of all pictures in outputs together
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")

# What nbconvert fills in; MARK stands before each cell.
_TEMPLATE = """{%- extends 'base/display_priority.j2' -%}
{%- block any_cell -%}MARK{{ super() }}{%- endblock -%}
{%- block markdowncell -%}{{ cell.source | rendered }}{%- endblock -%}
{%- block input -%}{{ cell.source | coloured }}{%- endblock -%}
{%- block stream_stdout -%}<pre>{{ output.text | ansi2html }}</pre>{%- endblock -%}
{%- block stream_stderr -%}<pre class="warned">{{ output.text | ansi2html }}</pre>{%- endblock -%}
{%- block error -%}<pre class="warned">{{ output.traceback | join("\n") | ansi2html }}</pre>{%- endblock -%}
{%- block execute_result -%}{{ self.display_data() }}{%- endblock -%}
{%- block data_png -%}
<img alt="drawn by the cell above" src="data:image/png;base64,{{ output.data['image/png'] }}">
{%- endblock -%}
{%- block data_html -%}<div>{{ output.data['text/html'] }}</div>{%- endblock -%}
{%- block data_markdown -%}{{ output.data['text/markdown'] | rendered }}{%- endblock -%}
{%- block data_text -%}<pre>{{ output.data['text/plain'] | ansi2html }}</pre>{%- endblock -%}
"""


@dataclass(frozen=True)
class Piece:
    """One cell or file, as HTML that is safe anywhere, and the tasks that it is for."""

    html: Markup
    tasks: tuple[str, ...] = ()


def pieces_of(
    documents: Mapping[str, bytes],
    files: Mapping[str, bytes],
    policy: Policy,
    drawings: Mapping[str, str] = {},
) -> list[Piece]:
    """What a student wrote, in order.

    Args:
        documents: a notebook, or `.py` files by path, as `read_documents` gives them. files: pictures that
            the notebook's text may show, among others. drawings: the lab's own, as `data:` addresses.

    Raises:
        UnreadableError: the notebook is none.
    """
    for path, data in documents.items():
        if path.lower().endswith(".ipynb"):
            return _notebook(data, PurePosixPath(path).name, files, policy, drawings)
    return [
        Piece(
            Markup("<p><code>{}</code></p>").format(path) + _code(_cut(clean(data.decode(errors="replace"))))
        )
        for path, data in sorted(documents.items())
    ]


def _notebook(
    data: bytes, file: str, files: Mapping[str, bytes], policy: Policy, drawings: Mapping[str, str]
) -> list[Piece]:
    import nbformat

    document_of(data, file)  # says what is wrong in a sentence
    try:
        with warnings.catch_warnings(action="ignore"):  # about ids that are missing or there twice
            cells = nbformat.reads(data.decode("utf-8-sig"), as_version=4).cells
        shown = _Shown()
        rebuilt = [
            (_rebuilt(cell, files, drawings, shown), _tasks(cell, policy)) for cell in cells[:_MAX_CELLS]
        ]
    except Exception as error:  # of many kinds: a notebook can be wrong in any of its parts
        raise UnreadableError(f"{file} cannot be shown: it is no valid notebook.") from error
    notebook = nbformat.v4.new_notebook(cells=[cell for cell, _ in rebuilt])
    ours = frozenset(drawings.values())
    exporter, mark = _exporter(ours)
    parts = exporter.from_notebook_node(notebook)[0].split(mark)[1:]
    pieces = [Piece(_safe(part, ours), tasks) for part, (_, tasks) in zip(parts, rebuilt, strict=True)]
    if len(cells) > _MAX_CELLS:
        pieces.append(Piece(Markup("<p>{} cells more are not shown.</p>").format(len(cells) - _MAX_CELLS)))
    return pieces


class _Shown:
    """How many characters of pictures have been let through."""

    def __init__(self) -> None:
        self.characters = 0


def _tasks(cell: Any, policy: Policy) -> tuple[str, ...]:
    tags = cell.metadata.get("tags", [])
    mine = tasks_of([tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [])
    return mine or policy.tasks_by_id.get(str(cell.get("id", cell.metadata.get("id", ""))), ())


def _rebuilt(cell: Any, files: Mapping[str, bytes], drawings: Mapping[str, str], shown: _Shown) -> Any:
    """A new cell that holds what may be shown, and none of the old one's metadata."""
    import nbformat.v4 as v4

    source = clean(str(cell.source))
    if cell.cell_type == "markdown":
        pictures = dict(files) | attached(cell.get("attachments"))
        return v4.new_markdown_cell(with_pictures(source, pictures, drawings))
    if cell.cell_type != "code":
        return v4.new_markdown_cell("")
    outputs = [made for output in cell.outputs if (made := _output(output, shown)) is not None]
    return v4.new_code_cell(_cut(source), outputs=outputs)


def _output(output: Any, shown: _Shown) -> Any:
    """One of the forms in which an output was saved: a picture, HTML, Markdown or text."""
    import nbformat.v4 as v4

    if output.output_type == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return v4.new_output("stream", name=name, text=_cut(_text(output.get("text"))))
    if output.output_type == "error":
        lines = _text("\n".join(map(str, output.get("traceback", []))))
        return v4.new_output("error", ename="", evalue="", traceback=[_cut(lines)])
    data = output.get("data", {})
    for kind in _PICTURES:
        if kind in data and (encoded := _picture(_text(data[kind]))):
            shown.characters += len(encoded)
            if shown.characters <= _MAX_PICTURES:
                return v4.new_output("display_data", {"image/png": encoded})
    for kind in ("text/html", "text/markdown", "text/plain"):
        if kind in data:
            return v4.new_output("display_data", {kind: _cut(_text(data[kind]))})
    return None


def _picture(encoded: str) -> str | None:
    """The base64 of a picture that may be shown, without white space."""
    encoded = "".join(encoded.split())
    try:
        return encoded if picture_type(base64.b64decode(encoded, validate=True)) else None
    except (ValueError, binascii.Error):
        return None


def _text(value: Any) -> str:
    return clean("".join(map(str, value)) if isinstance(value, list) else str(value))


def _cut(text: str) -> str:
    more = len(text) - _MAX_TEXT
    return text if more <= 0 else f"{text[:_MAX_TEXT]}\n... {more:,} characters more are not shown"


@lru_cache(maxsize=1)
def _exporter(ours: frozenset[str]) -> tuple[Any, str]:
    """nbconvert's HTML exporter with our template and filters, and the mark that nobody can guess."""
    from nbconvert import HTMLExporter

    mark = secrets.token_hex(16)
    exporter = HTMLExporter()
    exporter.raw_template = _TEMPLATE.replace("MARK", mark)
    exporter.register_filter("rendered", partial(render, ours=ours))
    exporter.register_filter("coloured", _code)
    return exporter, mark


@lru_cache(maxsize=1_000)  # most cells of a class are those that were given
def _code(source: str) -> Markup:
    if not source.strip():
        return Markup("")
    return Markup(highlight(source, PythonLexer(), HtmlFormatter()))


@lru_cache(maxsize=1_000)
def _safe(html: str, ours: frozenset[str]) -> Markup:
    return harmless(html, ours)


def note(sentence: str) -> Piece:
    """A sentence of ours in the place of what cannot be shown."""
    return Piece(Markup("<p>{}</p>").format(escape(sentence)))
