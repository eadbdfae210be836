"""What judging costs: CPU time for 30 questions, where all answers are right, wrong, or missing.

    python benchmarks/judging.py [--lab protonet] [--repeats 50]

A question is one grader on one case. Answers are recorded first and come from memory, as in
`autograder judge`. What graders work out once for a class (a released network's own figures) is done before
the clock starts.
"""

import argparse
import time
from dataclasses import replace

import numpy as np
import torch

from autograder.authoring.bank import read_bank
from autograder.course.layout import find_course
from autograder.grading.bench import Bench, with_instructors_bench
from autograder.judging.expectations import answers_of
from autograder.judging.judge import judge_task
from autograder.judging.session import Answers
from autograder.lab.lab import read_lab
from autograder.sandbox.answers import Value
from autograder.sandbox.client import ForkServer


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lab", default="protonet")
    parser.add_argument("--repeats", type=int, default=50)
    args = parser.parse_args()
    lab = read_lab(find_course().assignment(args.lab))
    bank = read_bank(lab.assignment, lab.rubric, lab.policy)

    def body(bench: Bench) -> None:
        right, missing = (
            answers_of(server.record(lab.job(submission)), lab.rubric.limits)
            for submission in (bank.reference, bank.stub)
        )
        rows = {"reference": right, "each number off by one": off_by_one(right), "stub": missing}
        for name, answers in rows.items():
            for kind in ("code", "weights"):
                tasks = [task for task, entry in lab.rubric.tasks.items() if entry.kind == kind]
                graders = [grader for grader in bench.graders.all if grader.task in tasks]
                questions = sum(call.probe == grader.key[0] for grader in graders for call in lab.calls)

                def judged(tasks: list[str] = tasks, answers: Answers = answers) -> None:
                    for task in tasks:
                        entry = lab.rubric.tasks[task]
                        judge_task(task, entry, bench.graders, answers, bench.expectations)

                judged()
                began = time.process_time()
                for _ in range(args.repeats):
                    judged()
                each = 1000 * (time.process_time() - began) / args.repeats
                print(
                    f"{name}, {kind} tasks, {questions} questions: {each:.1f} ms of CPU, "
                    f"{each / max(questions, 1) * 30:.1f} ms for 30"
                )

    torch.set_num_threads(1)  # as the commands do
    with ForkServer(lab.modules()).start() as server:
        with_instructors_bench(lab, server, None, body)


def off_by_one(answers: Answers) -> Answers:
    """The same answers with one added to every number."""
    return {
        key: replace(answer, values={name: _added(value) for name, value in answer.values.items()})
        for key, answer in answers.items()
    }


def _added(value: Value) -> Value:
    if value is None or isinstance(value, str):
        return value
    return np.asarray(value, dtype=np.float64) + 1


if __name__ == "__main__":
    main()
