"""Omniglot by alphabet: the drawn one always, the real one where it is."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_utils import alphabets, glyphs
from data_utils.alphabets import GLYPH_SIZE, read_alphabets
from data_utils.omniglot import CHARACTERS, DRAWINGS, OmniGlotDataSet
from data_utils.places import DataError


@pytest.fixture
def two_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and glyph alphabets of two characters each."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = {part: glyphs.character_names(part)[:2] for part in CHARACTERS}
    monkeypatch.setattr(alphabets.glyphs, "character_names", names.__getitem__)
    return tmp_path / "few-label-labs"


def test_glyphs_become_files_that_say_what_they_are(two_characters: Path) -> None:
    found = read_alphabets("background", source="glyphs")
    assert found.source == "glyphs"
    assert found.cls2label == {"Glyphs_b01/character01": 0, "Glyphs_b01/character02": 1}
    assert found.labels == [0] * DRAWINGS + [1] * DRAWINGS
    assert [path.parent.name for path in found.image_paths[::DRAWINGS]] == ["character01", "character02"]
    with Image.open(found.image_paths[DRAWINGS + 2]) as image:
        drawn = np.asarray(image)
    wanted = 255 * (1 - glyphs.draw_letter("Glyphs_b01/character02", GLYPH_SIZE)[2])
    assert np.abs(drawn - wanted).max() <= 0.5


def test_letters_of_a_script_are_more_alike_than_letters_of_two() -> None:
    first, second = (
        np.stack([glyphs.draw_letter(f"Glyphs_b0{a}/character{c:02d}").mean(axis=0) for c in (1, 2, 3, 4)])
        for a in (1, 2)
    )
    apart = lambda one, other: np.abs(one[:, None] - other[None]).mean(axis=(2, 3))  # noqa: E731
    within = np.mean([apart(script, script)[np.triu_indices(4, 1)].mean() for script in (first, second)])
    assert within < 0.95 * apart(first, second).mean()


def test_glyphs_are_drawn_once(two_characters: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_alphabets("evaluation", source="glyphs")
    monkeypatch.setattr(alphabets.glyphs, "draw_letter", None)  # a second drawing would fail
    assert read_alphabets("evaluation", source="glyphs") == first
    assert not list(two_characters.glob("*.partial"))


def test_an_incomplete_character_is_named(two_characters: Path) -> None:
    read_alphabets("background", source="glyphs").image_paths[3].unlink()
    with pytest.raises(DataError, match=r"character01 has 19 drawings.*prepare"):
        read_alphabets("background", source="glyphs")


def test_a_folder_without_characters_is_named(tmp_path: Path) -> None:
    (tmp_path / "omniglot-py/images_background").mkdir(parents=True)
    with pytest.raises(DataError, match=r"images_background has no characters.*prepare"):
        read_alphabets("background", tmp_path)


def test_the_real_set_has_all_its_characters() -> None:
    if OmniGlotDataSet().source != "omniglot":
        pytest.skip("the real Omniglot is not here: set COURSE_DATA to its folder")
    for part, alphabets_in_part in (("background", 30), ("evaluation", 20)):
        found = read_alphabets(part)  # type: ignore[arg-type]
        assert len(found.cls2label) == CHARACTERS[part]
        assert len({name.partition("/")[0] for name in found.cls2label}) == alphabets_in_part
        assert len(found.image_paths) == DRAWINGS * CHARACTERS[part]
        for path, label in list(zip(found.image_paths, found.labels, strict=True))[::997]:
            assert found.cls2label[f"{path.parent.parent.name}/{path.parent.name}"] == label
