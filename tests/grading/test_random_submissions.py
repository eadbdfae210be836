"""A submission that is random by itself is graded all the same, and marked."""

import json
from pathlib import Path
from typing import Any


def test_it_is_graded_and_marked(course: Path, run: Any, hand_in: Any, right: str, tmp_path: Path) -> None:
    luck = "import random\nluck = random.Random().random()\n"
    noisy = luck + right.replace("return ", "return luck * ", 1)
    harmless = f"{luck}{right}"
    folder = hand_in(tmp_path / "class", {"noisy": noisy, "harmless": harmless})
    assert run(course, "grade", "example", folder, "--out", tmp_path / "out").returncode == 0
    results = {p.stem: json.loads(p.read_text()) for p in (tmp_path / "out/results").glob("*.json")}
    assert results["harmless"]["score"] == 10
    assert results["harmless"]["problems"] == []
    assert len(results["noisy"]["problems"]) == 1
    assert "line 2: random: it draws random numbers" in results["noisy"]["problems"][0]
