"""Write `docs/commands.md`, every command with its options, from what `--help` shows.

python docs/make_commands.py
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

HERE = Path(__file__).parent
TITLE = """# Commands

Written by `python docs/make_commands.py` from what the command line says of itself; `autograder X --help`
says the same in a terminal. Exit codes: 0 whatever the grades; 1 where `build --check`, `verify` or `mutate`
finds something, `check --strict` a task that does not pass, or a lab's own files are broken; 2 for bad usage;
3 where something of ours or of the machine failed; 130 after Ctrl-C.
"""


def page() -> str:
    """The whole page."""
    return TITLE + "".join(_section(name, command) for name, command in sorted(commands().items()))


def commands() -> dict[str, Any]:
    """Every command that does something, and `autograder` itself, as Click has settled them, by name."""
    from autograder.cli import app

    whole = get_command(app)
    return {"autograder": whole, **dict(_below(whole, "autograder"))}


def option_names(command: Any) -> set[str]:
    """What `--help` lists: `--json`, `-v`, `--no-flag`."""
    options = [one for one in command.params if one.param_type_name == "option"]
    return {"--help"} | {name for one in options for name in (*one.opts, *one.secondary_opts)}


def _below(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    for word, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _below(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


def _section(name: str, command: Any) -> str:
    context = command.make_context(name.split()[-1], [], resilient_parsing=True)
    shown = [one for one in command.params if one.name != "help" and not getattr(one, "hidden", False)]
    arguments = [_shown(one, context) for one in shown if one.param_type_name == "argument"]
    usage = " ".join([name, *(["[OPTIONS]"] if len(arguments) < len(shown) else []), *arguments])
    usage += " COMMAND ..." if name == "autograder" else ""
    told = _text(command.callback.__doc__)
    rows = "".join(f"| `{_shown(one, context)}` | {_text(one.help)}{_needed(one)} |\n" for one in shown)
    text = f"\n## {name}\n\n{told}\n\n```\n{usage}\n```\n"
    return text + (f"\n| | |\n| --- | --- |\n{rows}" if rows else "")


def _shown(one: Any, context: Any) -> str:
    """`[NAME...]`, `--check`, `--flag, --no-flag`, `--workers N`."""
    if one.param_type_name == "argument":
        return str(one.metavar or one.name.upper())
    names = ", ".join([*one.opts, *one.secondary_opts])
    return names if one.is_flag else f"{names} {one.metavar or _value(one.get_help_record(context)[0])}"


def _value(record: str) -> str:
    """What stands behind an option's names: choices as they are, a type as one word."""
    kind = record.split(" ", 1)[1].strip("<>[]").lower().removeprefix("list[")
    words = {"int": "N", "integer": "N", "float": "X", "str": "TEXT", "text": "TEXT", "path": "PATH"}
    return kind.replace("|", "/") if "|" in kind else words[kind.split()[0]]


def _needed(one: Any) -> str:
    return " Needed." if one.required and one.param_type_name == "option" else ""


def _text(told: str | None) -> str:
    return " ".join((told or "").split())


if __name__ == "__main__":
    (HERE / "commands.md").write_text(page(), encoding="utf-8")
