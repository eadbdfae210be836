"""`autograder data`: which data sets are there; get and prepare them. Trusted side."""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Which data is there; get it or build it.")


class DataSet(StrEnum):
    """The sets that the labs use."""

    omniglot = "omniglot"


Name = Annotated[DataSet | None, typer.Argument(metavar="[SET]", help="omniglot; all sets without.")]


@app.command()
def status() -> None:
    """Say for each data set whether the real one was found, and where."""
    from data_utils.omniglot import OmniGlotDataSet

    typer.echo(OmniGlotDataSet())


@app.command()
def prepare(
    name: Name = None,
    download: Annotated[bool, typer.Option("--download", help="Fetch the set where it is not here.")] = False,
) -> None:
    """Prepare data sets once, so that labs load them at once; without the real set, what stands in for it."""
    from urllib.error import URLError

    from data_utils.omniglot import OmniGlotDataSet
    from data_utils.places import DataError

    for _ in [name] if name else DataSet:  # there is one so far
        try:
            data = OmniGlotDataSet(download=download)
        except (URLError, RuntimeError) as error:
            raise DataError(
                f"Omniglot could not be downloaded ({error}). Try again, or set COURSE_DATA to its folder."
            ) from error
        data.prepare_data_set(use_multi_proc=True)
        typer.echo(data)
        typer.echo("Omniglot: prepared")
