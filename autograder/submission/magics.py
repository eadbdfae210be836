"""Takes IPython's own syntax out of a cell; what is left is Python, line for line. Trusted side, pure.

One linear scan, since the source is a stranger's: `%magic`, `!shell` and `help?` count only where a statement
may begin, never inside a string or brackets. `%time f()` and the body of `%%time` are run; other magics do
nothing.

IPython's own `TransformerManager` finds the same magics (a test compares), but reads the whole cell anew for
each: 400 lines of `!ls` in 800 took it 82 s and this scan none, and after 500 it gives up. It also joins the
lines of a continued command, so that all below have other numbers, and leaves `get_ipython()` to be run.
"""

import re

_LOOKS_MAGIC = re.compile(r"^\s*[%!?,;/]|=\s*[%!]|\?\s*$|get_ipython\(\)\.")
_CELL_MAGIC = re.compile(r"%%(\w+)")
_RUNS_BODY = {"time", "capture", "prun"}  # other cell magics hand the body to something else

# These match a line without its indentation, and are linear on any input.
_TIMED = re.compile(r"((?:[\w.][\w., ]*=\s*)?)%time\s+(\S.*)")
_CALL = r"get_ipython\(\)\..*\)[\s;]*+$"  # what nbconvert makes of a magic
_ASSIGNED = re.compile(rf"([\w.][\w., ]*=\s*)(?:[%!]|{_CALL})")
_ESCAPED = re.compile(rf"[%!?,;/]|{_CALL}")
_HELP = re.compile(r"[\w.*]+\?{1,2}\s*")

_TOKEN = re.compile(
    r'"""|' + r"'''|" + r'"(?:\\.|[^"\\])*"?|' + r"'(?:\\.|[^'\\])*'?|" + r"[()\[\]{}]|#.*|\\$"
)
_STRING_END = {quotes: re.compile(rf"(?:\\.|[^\\])*?{quotes}") for quotes in ('"""', "'''")}


def without_magics(source: str) -> str:
    """The cell as Python with the same number of lines."""
    lines = _dedented(source.split("\n"))
    if not any(_LOOKS_MAGIC.search(line) for line in lines):
        return "\n".join(lines)
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if magic := _CELL_MAGIC.match(lines[first]):
        if magic[1] not in _RUNS_BODY:
            return "\n" * (len(lines) - 1)
        lines[first] = ""
    state = _State()
    continued = False  # a magic's line ended in a backslash: the next one belongs to it
    for number, line in enumerate(lines):
        if continued:
            lines[number] = ""
            continued = line.endswith("\\")
        elif state.statement_may_begin and (plain := _plain(line)) is not None:
            lines[number] = plain
            continued = line.endswith("\\")
        else:
            lines[number] = _timed(line) if state.statement_may_begin else line
            state.read(lines[number])
    return "\n".join(lines)


def _plain(line: str) -> str | None:
    """What stands for a line of IPython's syntax that is not run; `None` where it is none."""
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    if _TIMED.fullmatch(body):
        return None
    if assigned := _ASSIGNED.match(body):
        return f"{indent}{assigned[1]}None"
    if _ESCAPED.match(body) or _HELP.fullmatch(body):
        return f"{indent}pass"
    return None


def _timed(line: str) -> str:
    """`x = %time f()` -> `x = f()`; other lines as they are."""
    body = line.lstrip()
    timed = _TIMED.fullmatch(body)
    return line if timed is None else line[: len(line) - len(body)] + timed[1] + timed[2]


def _dedented(lines: list[str]) -> list[str]:
    """IPython runs a cell that is indented as a whole."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(indent) for line in lines] if indent else lines


class _State:
    """Whether the next line begins a statement, by the brackets and triple quotes read so far."""

    def __init__(self) -> None:
        self._depth = 0
        self._quotes = ""  # the triple quotes that are open
        self._backslash = False

    @property
    def statement_may_begin(self) -> bool:
        return self._depth == 0 and not self._quotes and not self._backslash

    def read(self, line: str) -> None:
        self._backslash = False
        at = 0
        while at <= len(line):
            pattern = _STRING_END[self._quotes] if self._quotes else _TOKEN
            found = pattern.match(line, at) if self._quotes else pattern.search(line, at)
            if found is None:
                return
            at = found.end()
            token = found[0]
            if self._quotes:
                self._quotes = ""
            elif token in _STRING_END:
                self._quotes = token
            elif token in "([{":
                self._depth += 1
            elif token in ")]}":
                self._depth = max(0, self._depth - 1)
            elif token == "\\":
                self._backslash = True
                return
