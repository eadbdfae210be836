"""What the fixtures of the metric embedding lab are, and how they were made: see their MANIFEST.json."""

import hashlib
import json
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/metric_embedding"


def record(path: Path, **facts: object) -> None:
    """Enter a file with its hash, its size in bytes and `facts`: what made it, with which seed."""
    manifest = FIXTURES / "MANIFEST.json"
    entries = json.loads(manifest.read_text()) if manifest.exists() else {}
    data = path.read_bytes()
    entries[path.relative_to(FIXTURES).as_posix()] = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        **facts,
    }
    manifest.write_text(json.dumps(dict(sorted(entries.items())), indent=1) + "\n")
