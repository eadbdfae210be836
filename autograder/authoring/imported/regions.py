"""Where an answer begins and ends: Otter's and nbgrader's marks become ours. Trusted side, pure."""

import ast
import re

from autograder.submission.magics import without_magics

_BLOCK = re.compile(r"(\s*)#+\s*(BEGIN|END) SOLUTION(?: NO PROMPT)?\s*")
_LINE = re.compile(r"(.*?)\s*# SOLUTION(?: NO PROMPT)?\s*")
_DROPPED = re.compile(r".*#+\s*BEGIN (PROMPT|IGNORE)\s*", re.IGNORECASE)


def marked(source: str) -> str:
    """The code of an answer's cell with our markers, around all of it where nothing says which part."""
    lines: list[str] = []
    for line in without_prompts(source).split("\n"):
        if block := _BLOCK.fullmatch(line):
            lines.append(f"{block[1]}# {block[2]} SOLUTION")
        elif one := _LINE.fullmatch(line):
            indent = one[1][: len(one[1]) - len(one[1].lstrip())]
            if lines and lines[-1] == f"{indent}# END SOLUTION":
                lines.pop()
            else:
                lines.append(f"{indent}# BEGIN SOLUTION")
            lines += [one[1], f"{indent}# END SOLUTION"]
        else:
            lines.append(line)
    text = "\n".join(lines)
    if any("BEGIN SOLUTION" in line for line in lines) and _is_python(_stub(lines)):
        return text
    bare = "\n".join(line for line in lines if not _BLOCK.fullmatch(line))
    return f"# BEGIN SOLUTION\n{bare}\n# END SOLUTION"


def as_words(source: str) -> str:
    """An answer in code for a person to read: without marks, as a block of Markdown."""
    lines = [line for line in without_prompts(source).split("\n") if not _BLOCK.fullmatch(line)]
    bare = [one[1] if (one := _LINE.fullmatch(line)) else line for line in lines]
    return "\n".join(["```python", *bare, "```"])


def without_prompts(source: str) -> str:
    """A cell without what Otter shows in place of an answer, and without lines that it ignores."""
    kept: list[str] = []
    inside = ""
    for line in source.split("\n"):
        if inside:
            inside = "" if re.fullmatch(rf".*#+\s*END {inside}\s*", line, re.IGNORECASE) else inside
        elif begins := _DROPPED.fullmatch(line):
            inside = begins[1]
        elif not re.fullmatch(r".*#\s*IGNORE\s*", line, re.IGNORECASE):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _stub(lines: list[str]) -> str:
    kept: list[str] = []
    inside = False
    for line in lines:
        if block := _BLOCK.fullmatch(line):
            inside = block[2] == "BEGIN"
            kept += [f"{block[1]}raise NotImplementedError"] if inside else []
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _is_python(source: str) -> bool:
    try:
        ast.parse(without_magics(source))
    except SyntaxError:
        return False
    return True
