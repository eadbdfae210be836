"""`fixtures/<lab>/MANIFEST.json`: what each fixture is, and how it was made."""

import hashlib
import json
from pathlib import Path


def record(fixtures: Path, path: Path, **facts: object) -> None:
    """Enter `path`, a file below a lab's `fixtures`: its hash, its size in bytes and `facts`.

    Args:
        facts: what made the file: `command`, `seed`, `machine`, figures measured on it.

    Raises:
        ValueError: the file does not lie below `fixtures`.
    """
    manifest = fixtures / "MANIFEST.json"
    entries = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    data = path.read_bytes()
    entries[path.relative_to(fixtures).as_posix()] = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        **facts,
    }
    manifest.write_text(json.dumps(dict(sorted(entries.items())), indent=1) + "\n", encoding="utf-8")
