"""`autograder data`: which data sets are there; get and prepare them. Trusted side."""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Which data is there; get it or build it.")


class DataSet(StrEnum):
    """The sets that the labs use."""

    omniglot = "omniglot"
    mnist = "mnist"


Name = Annotated[DataSet | None, typer.Argument(metavar="[SET]", help="omniglot or mnist; all sets without.")]


@app.command()
def status() -> None:
    """Say for each data set whether the real one was found, and where."""
    from data_utils.mnist import find_mnist
    from data_utils.omniglot import OmniGlotDataSet

    typer.echo(OmniGlotDataSet())
    typer.echo(find_mnist())


@app.command()
def prepare(
    name: Name = None,
    download: Annotated[bool, typer.Option("--download", help="Fetch the set where it is not here.")] = False,
) -> None:
    """Prepare data sets once, so that labs load them at once; without the real set, what stands in for it."""
    from urllib.error import URLError

    from data_utils.places import DataError

    for data_set in [name] if name else DataSet:
        try:
            typer.echo(_prepared(data_set, download))
        except (URLError, RuntimeError) as error:
            raise DataError(
                f"{data_set} could not be downloaded ({error}). Try again, or set COURSE_DATA to its folder."
            ) from error
        typer.echo(f"{data_set}: prepared")


def _prepared(data_set: DataSet, download: bool) -> str:
    if data_set is DataSet.mnist:
        from data_utils.mnist import find_mnist

        return str(find_mnist(download=download))
    from data_utils.omniglot import OmniGlotDataSet

    omniglot = OmniGlotDataSet(download=download)
    omniglot.prepare_data_set(use_multi_proc=True)
    return str(omniglot)
