"""Where gradebooks are tried: a SQLite file, and a PostgreSQL server of our own on a Unix socket."""

import os
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.gradebook import Gradebook, open_gradebook

NewUrl = Callable[[], str]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The folder of a running server's socket."""
    pytest.importorskip("psycopg", reason="PostgreSQL needs the package psycopg")
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr/pgsql").glob("*/bin")]
    binaries = max(places, key=lambda place: int(re.sub(r"\D", "", place.parent.name) or 0), default=None)
    if binaries is None and (found := shutil.which("initdb")):
        binaries = Path(found).parent
    if binaries is None:
        pytest.skip("there is no PostgreSQL server here: apt-get install postgresql")
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to be root
    if user and subprocess.run(["id", user], capture_output=True, check=False).returncode:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    folder = tempfile.mkdtemp(prefix="pg-")  # short: a socket's path has 107 bytes at most
    if user:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        ran = subprocess.run(
            [binaries / program, *arguments],
            user=user,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    run("initdb", "-D", f"{folder}/data", "-U", "tests", "-A", "trust", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
    yield folder
    run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """Makes addresses of databases that are empty."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / uuid.uuid4().hex}.sqlite"
    folder = request.getfixturevalue("postgresql")

    def make() -> str:
        import psycopg

        name = f"book_{uuid.uuid4().hex}"
        with psycopg.connect(host=folder, user="tests", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://tests@/{name}?host={folder}"

    return make


@pytest.fixture
def book(new_url: NewUrl) -> Iterator[Gradebook]:
    book = open_gradebook(new_url())
    yield book
    book.close()
