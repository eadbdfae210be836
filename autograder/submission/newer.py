"""Code of a newer Python than this one, in words that this one has too. Trusted side, hostile text, pure.

Students write in whatever Python they or Colab have. Three things are common, mean the same when they are
rewritten, and keep their lines: an f-string's quotes inside of it (3.12), `type X = ...` (3.12), and names
that `typing` has got since. Of what remains the student is told which version it needs.
"""

import ast
import re
import sys
import typing

_ALIAS = re.compile(r"^([ \t]*)type[ \t]+(\w+)[ \t]*=", re.MULTILINE)
_TYPING = re.compile(r"^([ \t]*from[ \t]+)typing([ \t]+import[ \t]+(?:\([^()]*\)|.*))", re.MULTILINE)
_LONGEST = 1_000  # characters of a line that somebody wrote
_F_STRING = re.compile(r"(?<![\w\"'])[rR]?[fF][rR]?([\"'])(?!\1)")

# What this Python does not read, and since when another does.
_NEWER: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\["), "type parameters in brackets", "3.12"),
    (re.compile(r"^\s*type\s+\w+.*="), "the `type` statement", "3.12"),
    (
        re.compile(r"\b[rR]?[fF][rR]?[\"'].*\{"),
        "quotes, backslashes or comments inside of an f-string",
        "3.12",
    ),
    (re.compile(r"^\s*except\s+\w+\s*,"), "`except` for several types without brackets", "3.14"),
    (re.compile(r"\b[rR]?[tT][rR]?[\"']"), "template strings", "3.14"),
)


def for_this_python(source: str) -> str:
    """The source as it is, or where only that makes Python of it, in older words."""
    source = _TYPING.sub(_since_then, source)
    if _error(source) is None:
        return source
    older = "\n".join(_with_other_quotes(line) for line in _ALIAS.sub(r"\1\2 =", source).split("\n"))
    return older if _error(older) is None else source


def newer_python(source: str) -> tuple[int, str] | None:
    """The line that needs a newer Python, and a sentence about it; `None` where there is none such."""
    error = _error(source)
    lines = source.split("\n")
    if error is None or error.lineno is None or not 0 < error.lineno <= len(lines):
        return None
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    line = lines[error.lineno - 1][:_LONGEST]
    for pattern, what, version in _NEWER:
        if pattern.search(line) and sys.version_info < tuple(map(int, version.split("."))):
            return error.lineno, (
                f"Only Python {version} and later reads this line, which has {what}. Grading runs {here}."
            )
    return None


def _error(source: str) -> SyntaxError | None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return SyntaxError("cannot be read")
    return None


def _since_then(found: re.Match[str]) -> str:
    """`typing` or, for names that it has not got here, the package that has them all."""
    names = re.findall(r"(?<!as )\b([A-Za-z_]\w*)\b(?:[ \t]+as[ \t]+\w+)?", found[2].replace("import", "", 1))
    lacking = any(not hasattr(typing, name) for name in names)
    return f"{found[1]}typing_extensions{found[2]}" if lacking else found[0]


def _with_other_quotes(line: str) -> str:
    """An f-string on one line whose own quotes stand in its braces: these become the other quotes."""
    out, at = "", 0
    while found := _F_STRING.search(line, at):
        quote = found[1]
        other = "'" if quote == '"' else '"'
        out += line[at : found.end()]
        at, depth = found.end(), 0
        while at < len(line) and (depth or line[at] != quote):
            char = line[at]
            if not depth and line[at : at + 2] in ("{{", "}}"):
                out, at = out + line[at : at + 2], at + 2
                continue
            depth = max(0, depth + (char == "{") - (char == "}"))
            out += other if depth and char == quote else char
            at += 1
    return out + line[at:]
