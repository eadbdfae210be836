"""A student's notebook, rendered by nbconvert, in pieces that can do nothing. Trusted side, hostile input.

Two walls: the notebook is rebuilt from what may be shown, in nbconvert's own words and with our filters for
Markdown; and each cell's HTML goes through the sanitiser on its own, so that no cell can open or close
what lies around it. A page that shows the pieces forbids itself scripts and the network besides.
"""

import base64
import binascii
import secrets
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
from autograder.submission.choosing import notebooks_of
from autograder.submission.document import clean, dicts_of, document_of, id_of, source_of, tags_of, tasks_of
from autograder.submission.pictures import attached, picture_type, with_pictures
from autograder.submission.policy import Policy

_MAX_TEXT = 20_000  # characters of one cell's source or one output; some eight pages
_MAX_CELLS = 500
_MAX_PICTURES = 16 * 2**20  # characters of all pictures in outputs together
_VERSION_3 = {"png": "image/png", "jpeg": "image/jpeg", "html": "text/html", "text": "text/plain"}
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
{%- block data_html -%}<div>{{ output.data['text/html'] | harmless }}</div>{%- endblock -%}
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
    for path, data in notebooks_of(documents).items():
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
    """All cells that grading reads, however little of a notebook's format the file keeps to."""
    import nbformat

    cells = dicts_of(document_of(data, file), file)
    shown = _Shown()
    rebuilt = [(_rebuilt(cell, files, drawings, shown), _tasks(cell, policy)) for cell in cells[:_MAX_CELLS]]
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


def _tasks(cell: Mapping[str, Any], policy: Policy) -> tuple[str, ...]:
    return tasks_of(tags_of(cell)) or policy.tasks_by_id.get(id_of(cell), ())


def _rebuilt(
    cell: Mapping[str, Any], files: Mapping[str, bytes], drawings: Mapping[str, str], shown: _Shown
) -> Any:
    """A new cell that holds what may be shown, and none of the old one's metadata."""
    import nbformat.v4 as v4

    source = source_of(cell)
    if cell["cell_type"] == "code":
        outputs = cell.get("outputs")
        made = [_output(output, shown) for output in (outputs if isinstance(outputs, list) else ())]
        return v4.new_code_cell(_cut(source), outputs=[output for output in made if output is not None])
    pictures = dict(files) | attached(cell.get("attachments"))
    return v4.new_markdown_cell(with_pictures(source, pictures, drawings))


def _output(output: Any, shown: _Shown) -> Any:
    """One of the forms in which an output was saved: a picture, HTML, Markdown or text; `None` for none."""
    import nbformat.v4 as v4

    if not isinstance(output, dict):
        return None
    kind, data = output.get("output_type"), output.get("data")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return v4.new_output("stream", name=name, text=_cut(_text(output.get("text", ""))))
    if kind in ("error", "pyerr"):
        lines = output.get("traceback")
        text = _text("\n".join(map(str, lines)) if isinstance(lines, list) else "")
        return v4.new_output("error", ename="", evalue="", traceback=[_cut(text)])
    if not isinstance(data, dict):  # version 3 has it beside the type
        data = {mime: output[name] for name, mime in _VERSION_3.items() if name in output}
    for mime in _PICTURES:
        if mime in data and (encoded := _picture(_text(data[mime]))):
            shown.characters += len(encoded)
            if shown.characters <= _MAX_PICTURES:
                return v4.new_output("display_data", {"image/png": encoded})
    for mime in ("text/html", "text/markdown", "text/plain"):
        if mime in data:
            return v4.new_output("display_data", {mime: _cut(_text(data[mime]))})
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
    # Before nbconvert reads the whole page once more: markup that is none would stop it, or swallow a mark.
    exporter.register_filter("harmless", partial(harmless, ours=ours))
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
