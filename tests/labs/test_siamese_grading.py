"""The Siamese lab's graders: what mistakes cost, what cannot be made up, and whose weights count."""

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import Tensor

from autograder.authoring.bank import read_bank
from autograder.course.layout import find_course
from autograder.lab.lab import read_lab
from autograder.results.schema import Result
from data_utils.cases import read_case
from tests.commands import grade
from tests.labs.alone import alone

ROOT = Path(__file__).parents[2]
LAB = find_course(ROOT).assignment("siamese")
FIXTURES = LAB.fixtures_dir

# Answers without a data set or a picture.
MADE_UP = """
import numpy as np
from autograder.sandbox import answers, runner
from data_utils.cases import read_case

right = runner.answer

def answer(job, call, ns, probe, labels):
    if call.probe == "item":
        made = {"length": 1, "parts": 3, "modes": "L", "shapes": "(1, 8, 4)"}
        made |= {"pictures": np.ones((24, 1, 8, 4)), "label_shape": 1}
        return answers.encode(made | {"label_type": "torch.float32", "without_transform": 3})
    if call.probe == "pairs":
        case = read_case(call.data)
        person = case["people"].numpy()
        first, second = np.random.default_rng(0).integers(len(person), size=(2, case["draws"]))
        label = (person[first] != person[second]).astype(float)
        shown = np.broadcast_to(np.stack([first, second], 1)[..., None, None], (len(label), 2, 4, 4))
        made = {"parts": 3, "first": first, "second": second, "shown": shown + 0.0, "label": label}
        return answers.encode(made)
    return right(job, call, ns, probe, labels)

runner.answer = answer
"""
COSTS = {  # points of task 3, unless said otherwise
    "pairs_hardly_any": 17,
    "pairs_inverted": 17,
    "pairs_label_as_an_array": 17,
    "pairs_label_by_another_coin": 13,
    "pairs_of_one_picture_with_inverted_labels": 8,
    "pairs_person_by_a_part_of_the_path": 18,
    "pairs_rarely_of_one_person": 15,
    "pairs_resized": 17,
    "pairs_turned": 17,
    "pairs_two_for_ever": 3,
    "pairs_without_transform_fail": 17,
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Some known wrong answers and one that is made up, graded by the command."""
    folder = tmp_path_factory.mktemp("class")
    lab = read_lab(LAB)
    bank = read_bank(LAB, lab.rubric, lab.policy)
    wrong = {one.name: one.submission for one in bank.wrong if one.name in (*COSTS, "loss_halved")}
    for student, submission in (wrong | {"made_up": bank.stub}).items():
        # What trains is left out: it would train here, too, until its time is up.
        cells = [cell.source for cell in submission.cells if not cell.definitions_only]
        cells += [MADE_UP] * (student == "made_up")
        (folder / "handed_in" / student).mkdir(parents=True)
        (folder / "handed_in" / student / "siamese.py").write_text("\n\n\n".join(cells))
        for name, data in submission.files.items():
            (folder / "handed_in" / student / name).write_bytes(data)
    alone(LAB.name, folder / "course", mistakes=["loss_halved"])
    return grade(folder / "course", LAB.name, folder / "handed_in", folder / "graded")


def _scores(result: Result) -> dict[str, float]:
    return {task.id: task.score for task in result.tasks if task.kind != "written"}


def test_a_factor_of_a_half_is_named_and_costs_a_fifth_of_the_loss(graded: dict[str, Result]) -> None:
    result = graded["loss_halved"]
    assert _scores(result) == {"1.1": 15, "2": 12, "3": 20, "4": 15, "5.1": 15}
    assert [task.misconception for task in result.tasks if task.id == "2"] == ["loss_halved"]


def test_a_slip_in_the_pairs_costs_what_it_is_worth(graded: dict[str, Result]) -> None:
    found = {name: _scores(graded[name]) for name in COSTS}
    assert found == {n: {"1.1": 15, "2": 15, "3": kept, "4": 15, "5.1": 15} for n, kept in COSTS.items()}


def test_pairs_that_were_made_up_earn_nothing(graded: dict[str, Result]) -> None:
    assert _scores(graded["made_up"]) == {"1.1": 0, "2": 0, "3": 0, "4": 0, "5.1": 0}
    assert {task.status for task in graded["made_up"].tasks if task.id == "3"} == {"failed"}


# pictures and weights


@pytest.mark.parametrize("part", ["sample", "secret"])
def test_a_picture_is_like_no_other_however_it_is_turned_or_lit(part: str) -> None:
    """So that a data set that mirrors, turns or inverts its pictures is known to, and loses no more by it."""
    graders = _graders("pictures")
    for path in FIXTURES.glob(f"{part}/pairs*people.json"), FIXTURES.glob(f"{part}/pairs.json"):
        for case in (read_case(file.read_text()) for file in path):
            grey = graders.grey(case)
            fields = grey.reshape(len(grey), 4, 2, 4).mean(axis=2)
            for changed in (
                fields,
                1 - fields,
                fields[:, ::-1],
                np.rot90(fields, 1, axes=(1, 2)),
                fields / 2,
            ):
                assert graders.known_again(changed, grey).tolist() == list(range(len(grey)))
            assert (graders.known_again(1 - np.roll(fields, 1, axis=2), grey) == -1).mean() > 0.9


@pytest.fixture(scope="module")
def handed_in() -> dict[str, Tensor]:
    weights = torch.load(LAB.solution_dir / "files/siamese.pth", weights_only=True)
    return {name: values.float() for name, values in weights.items()}


def test_weights_are_known_by_their_shapes_under_any_names_in_any_order(handed_in: dict[str, Tensor]) -> None:
    trained = _graders("trained")
    pictures = torch.rand(3, 1, 128, 128, generator=torch.Generator().manual_seed(0))
    wanted = trained.embedded(trained.network_of(handed_in), pictures)
    parts = [name.rpartition(".") for name in handed_in]
    prefixes = list(dict.fromkeys(prefix for prefix, _, _ in parts))
    renamed = {f"own{prefixes.index(p)}.{part}": handed_in[f"{p}.{part}"] for p, _, part in reversed(parts)}
    torch.testing.assert_close(trained.embedded(trained.network_of(renamed), pictures), wanted)


def test_other_weights_are_those_of_no_network_of_the_table(handed_in: dict[str, Tensor]) -> None:
    network_of = _graders("trained").network_of
    for name, tensor in handed_in.items():
        if tensor.ndim:
            assert network_of({**handed_in, name: tensor[:-1]}) is None, name
    assert network_of({}) is None
    assert network_of({"more.weight": torch.ones(3, 3), **handed_in}) is None


@pytest.mark.parametrize("kept", [4, 3, 2, 1])
def test_the_released_network_is_known_however_many_of_its_layers_are_left(kept: int) -> None:
    trained = _graders("trained")
    released = torch.load(FIXTURES / "checkpoints/siamese-release.pth", weights_only=True)
    lost = tuple(f"head.{2 * number}." for number in range(kept, 4))
    weights = {name: values.float() for name, values in released.items() if not name.startswith(lost)}
    order = torch.randperm(256, generator=torch.Generator().manual_seed(0))
    for name in ("head.0.weight", "head.0.bias"):
        weights[name] = 3 * weights[name][order]
    if kept > 1:
        weights["head.2.weight"] = weights["head.2.weight"][:, order] / 3
    assert trained.is_released(trained.network_of(weights))


def test_a_network_that_began_with_the_same_numbers_is_another_one(handed_in: dict[str, Tensor]) -> None:
    trained = _graders("trained")
    assert not trained.is_released(trained.network_of(handed_in))


def _graders(name: str) -> ModuleType:
    return importlib.import_module(f"autograder.graders.siamese.{name}")
