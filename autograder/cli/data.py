"""`autograder data`: which data sets are there; get and prepare them. Trusted side."""

from enum import StrEnum
from typing import Annotated

import typer

from data_utils.places import cache_dir, root_of

app = typer.Typer(no_args_is_help=True, help="Which data is there; get it or build it.")


class DataSet(StrEnum):
    """The sets that the labs use."""

    omniglot = "omniglot"
    mnist = "mnist"
    stl10 = "stl10"
    att_faces = "att_faces"


Name = Annotated[
    DataSet | None, typer.Argument(metavar="[SET]", help=f"One of {', '.join(DataSet)}; all sets without.")
]


@app.command()
def status() -> None:
    """Say for each data set whether the real one was found, and where."""
    from data_utils.mnist import find_mnist
    from data_utils.omniglot import OmniGlotDataSet

    typer.echo(OmniGlotDataSet())
    typer.echo(find_mnist())
    typer.echo(_looked_for("STL-10", "stl10_binary/train_X.bin", "drawn objects"))
    typer.echo(_looked_for("AT&T faces", "att_faces/training", "drawn people"))


def _looked_for(title: str, inside: str, others: str) -> str:
    """Where a set is, without drawing what would stand in for it."""
    if root := root_of(inside):
        return f"{title}: the real set in {root}"
    return f"{title}: not found, {others} stand in (set COURSE_DATA to the folder of {inside.split('/')[0]})"


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
    if data_set is DataSet.att_faces:
        if download:
            raise RuntimeError("there is no address that a program may take the AT&T faces from")
        from data_utils.faces import find_faces

        return str(find_faces())
    if data_set is DataSet.stl10:
        if download:
            from torchvision.datasets import STL10

            STL10(str(cache_dir()), download=True)
        from data_utils.stl10 import find_stl10

        return str(find_stl10())
    if data_set is DataSet.mnist:
        from data_utils.mnist import find_mnist

        return str(find_mnist(download=download))
    from data_utils.omniglot import OmniGlotDataSet

    omniglot = OmniGlotDataSet(download=download)
    omniglot.prepare_data_set(use_multi_proc=True)
    return str(omniglot)
