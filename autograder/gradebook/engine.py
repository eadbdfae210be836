"""A connection to the gradebook's database, brought up to date. Trusted side.

SQLite keeps its default rollback journal: one file, which can lie on a file server and be copied, and which
the next process mends if this one is killed. A writer takes the lock before it reads, so that two of them
wait for each other instead of failing.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from autograder.course.layout import CourseError

_WAIT_SECONDS = 60  # for another process's write
_OF_THE_MACHINE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
_LOCK = 20230402643  # any number that is ours: PostgreSQL's lock for a migration


def open_engine(url: str, make: bool = True) -> Engine:
    """The database at `url` with all migrations applied; made where it is not there yet, if `make`.

    Raises:
        CourseError: it cannot be reached, is none of ours, or was made by a newer version; says which.
        OSError: of SQLite's file, also at each later use: the disk is full or broken, or nobody may write.
    """
    shown = url
    try:
        parsed = _with_driver(make_url(url))
        shown = parsed.render_as_string(hide_password=True)
        if not make and parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
            raise CourseError(f"{shown} is no gradebook: there is no such file.")
        engine = create_engine(parsed, **_options(parsed))
        if parsed.get_backend_name() == "sqlite":
            _teach_sqlite(engine, parsed.database or "")
        _migrate(engine, make)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise CourseError(
            f"{shown} is no database address that can be opened here ({error}). "
            "Write sqlite:///FILE, or postgresql://USER@HOST/NAME with the package psycopg installed."
        ) from error
    except OSError:
        if (made := Path(parsed.database or "")).is_file() and not made.stat().st_size:
            made.unlink()  # it was to be a new one, and would look like an old one
        raise
    except DBAPIError as error:
        told = " ".join(str(error.orig).split())
        raise CourseError(f"The gradebook {shown} cannot be opened: {told}") from error
    return engine


def writing(engine: Engine) -> Engine:
    """The same database, where a transaction begins with the right to write."""
    return engine.execution_options(write=True)


def fault_of_the_machine(error: BaseException | None, file: str) -> OSError | None:
    """What SQLite says of a disk that is full or broken, or of a file that nobody may write; else `None`."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return OSError(code, str(error), file) if code in _OF_THE_MACHINE else None


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _WAIT_SECONDS}}
    return {"pool_pre_ping": True}


def _teach_sqlite(engine: Engine, file: str) -> None:
    @event.listens_for(engine, "handle_error")
    def _machine(context: ExceptionContext) -> OSError | None:
        return fault_of_the_machine(context.original_exception, file)  # raised in its place

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _migrate(engine: Engine, make: bool) -> None:
    from alembic import command  # slow to import, and most commands open no gradebook
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    if now == head:
        return
    if now is None and not make:
        raise CourseError(f"{engine.url.render_as_string()} holds no gradebook.")
    if now is not None and now not in {script.revision for script in scripts.walk_revisions()}:
        raise CourseError(
            f"The gradebook {engine.url.render_as_string()} was made by a newer version of this program."
        )
    with writing(engine).begin() as connection:  # another process may be about to do the same
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
