"""Files that are there whole or not at all. Trusted side."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` where the block ends well, and is gone where not.

    Raises:
        OSError: of the block, with `path` where it names none, as a full disk does.
    """
    # Two threads or gradings may write the same file, as in the cache: the later one's stays.
    unfinished = path.with_name(f"{path.name}.{threading.get_native_id():x}.partial")
    try:
        yield unfinished
        unfinished.replace(path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)
        raise
