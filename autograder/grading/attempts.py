"""Which attempt of a student counts where the rubric says the best one. Trusted side.

Every attempt is graded as if it were alone, in `out/attempts/`; what was recorded there is kept.
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograder.grading.bench import Bench
from autograder.grading.pipeline import grade
from autograder.results.class_list import Student
from autograder.results.late_days import Rules, moment
from autograder.results.totals import with_total
from autograder.submission.attempts import Attempt
from autograder.submission.find import Found, attempts_at


def with_best_attempts(
    bench: Bench, found: Sequence[Found], students: Sequence[Student], out: Path, force: bool = False
) -> tuple[list[Found], list[Student]]:
    """The hand-ins, each with the attempt that has most points, and the class with when that was handed in.

    Lateness counts, by the moment of each attempt where the platform confirms these; of equals the later one
    is taken. Written answers, which nobody has read yet, do not count.
    """
    folder, rules = out / "attempts", Rules(late=bench.lab.rubric.late, drop=bench.lab.rubric.drop)
    attempts = {one.student: attempts_at(one.path, bench.lab.given()) for one in found}
    tried = {
        f"{one.student} {attempt.number}": replace(one, attempt=attempt.name)
        for one in found
        for attempt in attempts[one.student]
    }
    trials = [replace(one, student=key) for key, one in tried.items()]
    results = (
        {one.result.student: one.result for one in grade(bench, trials, folder, force)} if trials else {}
    )
    by_key = {one.student: one for one in students}
    chosen = []
    for one in found:
        if not attempts[one.student]:
            chosen.append(one)
            continue
        plain = by_key.get(one.student, Student(student=one.student))
        then = {
            attempt.number: _then(plain, attempt, attempts[one.student][-1])
            for attempt in attempts[one.student]
        }
        best = max(
            attempts[one.student],
            key=lambda attempt: (
                with_total(results[f"{one.student} {attempt.number}"], rules, then[attempt.number]).score,
                attempt.number,
            ),
        )
        if one.student in by_key:
            by_key[one.student] = then[best.number]
        answers = folder / "answers" / f"{one.student} {best.number}.zip"
        if answers.exists():
            (out / "answers").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(answers, out / "answers" / f"{one.student}.zip")
        chosen.append(replace(one, attempt=best.name))
    return chosen, list(by_key.values())


def _then(student: Student, attempt: Attempt, last: Attempt) -> Student:
    """The student as of the attempt, whose moment is the platform's and taken for this machine's.

    Names of folders may be the student's own. Where the platform says when something was handed in, and that
    is not when the last attempt says it was, none of them is believed.
    """
    if attempt.when is None or last.when is None:
        return student
    if student.handed_in and moment(student.handed_in) != last.when.astimezone():
        return student
    return student.model_copy(update={"handed_in": attempt.when.astimezone().isoformat(" ")})
