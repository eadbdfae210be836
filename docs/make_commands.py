"""Write `docs/commands.md`, every command with its options, from what the command line says of itself.

python docs/make_commands.py
"""

import inspect
from collections.abc import Callable, Iterator
from enum import EnumType
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo

HERE = Path(__file__).parent
TITLE = """# Commands

Written by `python docs/make_commands.py` from what the command line says of itself; `autograder X --help`
says the same in a terminal. Exit codes: 0 whatever the grades; 1 where `build --check` or `verify` finds
something; 2 for bad usage; 3 where something of ours failed.
"""


def page() -> str:
    """The whole page."""
    from autograder.cli import app, options

    commands = sorted(_commands(app, "autograder"), key=lambda pair: pair[0])
    return TITLE + "".join(_section(name, of) for name, of in [("autograder", options), *commands])


def _commands(app: typer.Typer, name: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for command in app.registered_commands:
        assert command.callback is not None
        yield f"{name} {command.name or command.callback.__name__.replace('_', '-')}", command.callback
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from _commands(group.typer_instance, f"{name} {group.name}")


def _section(name: str, function: Callable[..., Any]) -> str:
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function).parameters
    given = [
        (parameter, *get_args(hints[parameter])[:2], signature[parameter].default)
        for parameter in signature
        if get_origin(hints[parameter]) is Annotated
    ]
    arguments = [_metavar(name, info) for name, _, info, _ in given if isinstance(info, ArgumentInfo)]
    has_options = len(arguments) < len(given)
    usage = " ".join([name, *(["[OPTIONS]"] if has_options else []), *arguments])
    usage += " COMMAND ..." if name == "autograder" else ""
    told = " ".join((inspect.getdoc(function) or "").split())
    text = f"\n## {name}\n\n{told}\n\n```\n{usage}\n```\n"
    rows = [_row(*one) for one in given]
    return text + ("\n| | |\n| --- | --- |\n" + "".join(rows) if rows else "")


def _row(name: str, kind: Any, info: Any, default: Any) -> str:
    if isinstance(info, ArgumentInfo):
        shown = f"`{_metavar(name, info)}`"
    else:
        names = list(info.param_decls or (f"--{name.replace('_', '-')}",))
        value = _value(kind, info)
        shown = ", ".join(f"`{one}{f' {value}' if value else ''}`" for one in names)
    text = " ".join((info.help or "").split())
    if default is inspect.Parameter.empty and not isinstance(info, ArgumentInfo):
        text += " Needed."
    return f"| {shown} | {text} |\n"


def _metavar(name: str, info: Any) -> str:
    return str(info.metavar or name.upper())


def _value(kind: Any, info: Any) -> str:
    """What stands behind an option: nothing for a flag, choices, or a word."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is list:
        kind = get_args(kind)[0]
    if kind is bool:
        return ""
    if get_origin(kind) is Literal:
        return "/".join(get_args(kind))
    if isinstance(kind, EnumType):
        return "/".join(kind)
    return str(info.metavar or {int: "N", float: "X", str: "TEXT"}.get(kind, "PATH"))


if __name__ == "__main__":
    (HERE / "commands.md").write_text(page(), encoding="utf-8")
