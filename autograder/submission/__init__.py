"""What was handed in: finding it, unpacking it, and turning it into cells to run. Trusted side."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One code cell of a notebook, or one `.py` file, as Python source with its own line numbers.

    Attributes:
        file: name of the file as handed in.
        number: 1-based position among the notebook's code cells; `None` for a `.py` file.
        source: valid Python where the student's is: magics are taken out, lines stay where they were.
        definitions_only: run only imports, functions, classes and cheap settings (training cells).
    """

    file: str
    number: int | None
    source: str
    definitions_only: bool = False

    @property
    def label(self) -> str:
        """`protonet.ipynb, cell 4` or `model.py`; also the file name in tracebacks."""
        return self.file if self.number is None else f"{self.file}, cell {self.number}"


@dataclass(frozen=True)
class Form:
    """What is known about the form of a hand-in, to explain what did not run.

    Attributes:
        remarks: a sentence by task, or by the label of a cell. places: label of a task's code cell, by task.
        notes: sentences about the whole. nearby: by task, words of the student's that stand in no answer.
    """

    remarks: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    nearby: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """One student's hand-in, read. Where nothing could be read, `problem` says why in one sentence.

    Attributes:
        student: the name of the row; file stem, folder name, or what the LMS's file name says.
        name: of the file or folder handed in. sha256: of all its bytes that count.
        cells: in order. written: Markdown by task id, empty where the answer's cell was left as it was.
        files: what else was handed in, by relative path. form: what explains it where it did not run.
    """

    student: str
    name: str
    sha256: str
    cells: tuple[Cell, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    problem: str | None = None
    form: Form = Form()
