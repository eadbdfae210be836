"""The AT&T faces in their folders, and the drawn people that stand in for them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_utils import faces
from data_utils.faces import drawn_faces, find_faces, read_people
from data_utils.people import HEIGHT, WIDTH, draw_people
from data_utils.places import DataError


@pytest.fixture(autouse=True)
def _few_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No set anywhere, and few people to draw."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setattr(faces, "DRAWN", {"training": 3, "testing": 2})
    monkeypatch.setattr(faces, "PEOPLE", {"training": 2, "testing": 1})


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A set in the real one's layout: the grey of each picture is 10 x person + picture."""
    for part, people in (("training", (2, 10)), ("testing", (1,))):
        for person in people:
            folder = tmp_path / "data/att_faces" / part / f"s{person}"
            folder.mkdir(parents=True)
            for picture in range(1, 11):
                grey = np.full((112, 92), 10 * person + picture, dtype=np.uint8)
                Image.fromarray(grey).save(folder / f"{picture}.pgm")
    return tmp_path / "data"


def test_the_real_set_is_found_and_read_in_order(real: Path) -> None:
    found = find_faces(real)
    assert found.source == "att_faces"
    assert "real set" in str(found)
    people = read_people(found.root / "training", 16)
    assert list(people) == ["s2", "s10"]
    assert people["s2"].shape == (10, 1, 16, 16)
    assert (people["s2"][:, 0, 0, 0] * 255).round().tolist() == [21, 22, 23, 24, 25, 26, 27, 28, 29, 30]


def test_course_data_is_asked(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA", str(real))
    assert find_faces().source == "att_faces"


def test_a_missing_person_picture_or_a_broken_one_is_named(real: Path) -> None:
    (real / "att_faces/testing/s1/4.pgm").write_bytes(b"P5 broken")
    with pytest.raises(DataError, match=r"4\.pgm cannot be read"):
        read_people(find_faces(real).root / "testing", 16)
    (real / "att_faces/testing/s1/4.pgm").unlink()
    with pytest.raises(DataError, match="s1 has 9 pictures, but every person has 10"):
        find_faces(real)
    (real / "att_faces/testing/s1").rename(real / "s1")
    with pytest.raises(DataError, match="testing has 0 people, but the set has 1"):
        find_faces(real)


def test_drawn_people_stand_in_and_are_written_once() -> None:
    found = find_faces()
    assert found.source == "drawn"
    assert "set COURSE_DATA" in str(found)
    assert list(read_people(found.root / "training", 16)) == ["s1", "s2", "s3"]
    assert list(read_people(found.root / "testing", 16)) == ["s4", "s5"]
    first = found.root / "training/s1/1.pgm"
    before = first.stat().st_mtime_ns
    assert drawn_faces() == found
    assert first.stat().st_mtime_ns == before


def test_the_same_people_every_time_and_others_by_another_seed() -> None:
    pictures = draw_people(0, 2, 3)
    assert pictures.shape == (2, 3, HEIGHT, WIDTH)
    assert (pictures == draw_people(0, 2, 3)).all()
    assert (pictures[:1] == draw_people(0, 1, 3)).all()  # a person does not depend on how many there are
    assert (pictures != draw_people(1, 2, 3)).mean() > 0.5


def test_pixels_hardly_tell_one_person_from_two() -> None:
    """Else there would be nothing to learn. Pairs of pictures of a person are not much nearer than others."""
    pictures = draw_people(5, 12, 4).reshape(48, -1).astype(float)
    person = np.arange(48) // 4
    row, column = np.triu_indices(48, 1)
    distance = np.linalg.norm(pictures[row] - pictures[column], axis=1)
    same = person[row] == person[column]
    area = (distance[same][:, None] < distance[~same]).mean()
    assert 0.5 < area < 0.75
