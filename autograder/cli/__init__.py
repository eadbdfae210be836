"""The command line: `autograder`, one module a command. Trusted side.

Exit codes: 0 whatever the grades; 1 where `build --check`, `verify` or `mutate` finds something, or a lab is
broken; 2 for bad usage; 3 where something of ours or of the machine failed. Modules of commands import what
is heavy inside their functions, so that `autograder --help` answers at once.
"""

import os
import shutil
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli import (
    build,
    check,
    class_list,
    course,
    data,
    desk,
    doctor,
    export,
    feedback,
    grade,
    gradebook,
    import_,
    intake,
    judge,
    mutate,
    new,
    release,
    report,
    requests,
    unnamed,
    verify,
)
from autograder.course.layout import CourseError
from data_utils.places import DataError

_OF_STUDENTS = ("grade", "judge", "report", "feedback", "intake", "desk", "class", "course", "gradebook")

app = typer.Typer(
    name="autograder",
    help="Build, check and grade the labs: record what a submission computes, then judge it elsewhere.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    new.new,
    build.build,
    check.check,
    grade.grade,
    judge.judge,
    verify.verify,
    mutate.mutate,
    report.report,
    unnamed.unnamed,
    feedback.feedback,
    intake.intake,
    release.release,
    desk.desk,
):
    app.command()(command)
app.command("class")(class_list.class_list)
gradebook.app.command("requests")(requests.requests)
gradebook.app.command("answer")(requests.answer)
app.command("import")(import_.import_)
app.add_typer(course.app, name="course")
app.add_typer(gradebook.app, name="gradebook")
app.add_typer(export.app, name="export")
app.add_typer(data.app, name="data")
app.command()(doctor.doctor)


@app.callback()
def options(
    context: typer.Context,
    course: Annotated[
        Path | None, typer.Option(help="The course folder; without it, the one around the working folder.")
    ] = None,
) -> None:
    """Options that every command has."""
    context.obj = course
    if context.invoked_subcommand in _OF_STUDENTS:
        _keep_for_the_owner(context)


def _keep_for_the_owner(context: typer.Context) -> None:
    """What is written of students is no other user's; the group's, where the umask lets that write."""
    before = os.umask(0o077)
    context.call_on_close(lambda: os.umask(before))
    if not before & 0o020:
        os.umask(0o007)


def main() -> None:
    """Run the command line; what a person can mend is one sentence, never a traceback."""
    # Judging on one thread is repeatable; what runs side by side are submissions.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Where Jupyter is, nbformat brings a grammar of addresses whose building takes a second; nothing asks it.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # taking torch down in order takes most of a second, and nothing is left to do


def _run() -> int:
    from autograder.authoring.master import AuthoringError
    from autograder.sandbox import SandboxError

    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except AuthoringError as error:
        return _stopped(f"The lab is broken: {error}", 1)
    except (CourseError, DataError) as error:
        return _stopped(str(error), 2)
    except SandboxError as error:
        return _stopped(f"internal: {error}", 3)
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] in ("autograder", "data_utils"):
            raise
        return _stopped(f"{error.name} is not installed here: pip install 'few-label-labs[instructor]'", 2)
    except OSError as error:
        return _stopped(told_of_the_machine(error), 3)
    except BaseException:
        traceback.print_exc()
        return 3
    return 0


def told_of_the_machine(error: OSError) -> str:
    """What the machine refused, in one sentence with the path, and what came of it.

    Files are written whole or not at all, so that what was done before is there.
    """
    if isinstance(error, shutil.Error):  # a list of all that could not be copied
        (_, where, what), *_ = error.args[0]
        return told_of_the_machine(OSError(0, str(what).rpartition("] ")[2].partition(": ")[0], str(where)))
    what = error.strerror or str(error) or type(error).__name__
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{what}. What was finished before is kept: mend this, and give the same command again."


def _stopped(sentence: str, code: int) -> int:
    told = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in sentence)
    typer.secho(told, fg="red", err=True)  # it may name what somebody else wrote
    return code
