"""Clones as they were at the deadline; nothing that a student keeps in a repository runs."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.platforms.clones import deadline_in
from autograder.platforms.intake import take_in
from autograder.results.class_list import Student

DUE = datetime(2026, 10, 8, 22, tzinfo=UTC)


def git(where: Path, *arguments: str, when: datetime = DUE) -> str:
    date = {f"GIT_{who}_DATE": when.isoformat() for who in ("AUTHOR", "COMMITTER")}
    name = ["-c", "user.name=ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    ran = subprocess.run(
        ["git", *name, *arguments], cwd=where, env=os.environ | quiet | date, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def commit(repository: Path, text: str, when: datetime) -> str:
    (repository / "lab.ipynb").write_text(text)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", text, when=when)
    return git(repository, "rev-parse", "HEAD")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with a commit in time and one after it, and half a thought that nobody committed."""
    repository = tmp_path / "clones" / "lab-ada"
    repository.mkdir(parents=True)
    git(repository, "init", "-q")
    (repository / "sub").mkdir()
    (repository / "sub" / "net.pth").write_bytes(b"\r\nweights\0")
    commit(repository, "in time", DUE - timedelta(hours=1))
    (repository / "late.py").touch()
    commit(repository, "late", DUE + timedelta(hours=1))
    (repository / "lab.ipynb").write_text("not committed")
    return repository


def taken(
    clone: Path, out: Path, until: datetime | str | None, *listed: Student
) -> tuple[dict[str, bytes], Student, str]:
    """The files, the student, and what was told."""
    told: list[str] = []
    students = take_in(clone.parent, out, "lab", until, listed, told.append)
    files = {
        p.relative_to(out / "ada").as_posix(): p.read_bytes() for p in out.glob("ada/**/*") if p.is_file()
    }
    return files, students[0], " ".join(told)


def test_the_last_commit_before_the_deadline_is_taken_and_told(clone: Path, tmp_path: Path) -> None:
    files, student, told = taken(clone, tmp_path / "in", DUE)
    assert files == {"lab.ipynb": b"in time", "sub/net.pth": b"\r\nweights\0"}
    assert student.handed_in == "2026-10-08 21:00:00+00:00"
    assert "as it was in commit" in told
    assert "there are later ones" in told


@pytest.mark.parametrize("packed", [False, True])
def test_a_tag_a_branch_or_a_commit_can_be_named(clone: Path, tmp_path: Path, packed: bool) -> None:
    first = git(clone, "rev-parse", "HEAD~1")
    git(clone, "tag", "-a", "deadline", "-m", "due", first)
    git(clone, "branch", "handed-in", first)
    if packed:
        git(clone, "gc", "-q")
    for name in ("deadline", "handed-in", first, first[:9]):
        assert taken(clone, tmp_path / name, name)[0]["lab.ipynb"] == b"in time"
    files, _, told = taken(clone, tmp_path / "none", "v9")
    assert (files, "no tag, branch or commit v9" in told) == ({}, True)


def test_without_a_commit_in_time_nothing_is_taken(clone: Path, tmp_path: Path) -> None:
    files, student, told = taken(clone, tmp_path / "in", DUE - timedelta(days=9))
    assert (files, student.handed_in) == ({}, "")
    assert "there is no commit before 2026-09-29" in told


def test_an_extension_in_the_class_list_moves_the_deadline(clone: Path, tmp_path: Path) -> None:
    ada = Student(student="ada", due=DUE + timedelta(days=1))
    assert taken(clone, tmp_path / "in", DUE, ada)[0]["lab.ipynb"] == b"late"


def test_without_a_deadline_it_is_taken_as_it_lies_there(clone: Path, tmp_path: Path) -> None:
    files, student, told = taken(clone, tmp_path / "in", None)
    assert files["lab.ipynb"] == b"not committed"
    assert student.handed_in.startswith("2026-10-08")
    assert not told


def test_nothing_of_the_students_runs(clone: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    (clone / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (clone / ".git/hooks").mkdir(exist_ok=True)
    for what in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        hook = clone / ".git/hooks" / what
        hook.write_text(script.read_text())
        hook.chmod(0o755)
    with open(clone / ".git/config", "a") as config:
        config.write(f"[core]\n\tfsmonitor = {script}\n\tpager = {script}\n\tsshCommand = {script}\n")
        config.write(f'[filter "evil"]\n\tsmudge = {script}\n\tclean = {script}\n\trequired = true\n')
        config.write(f'[diff "evil"]\n\ttextconv = {script}\n[alias]\n\trev-list = !{script}\n')
        config.write(f'[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\turl = ext::{script}\n')
        config.write("\tpromisor = true\n[protocol]\n\tallow = always\n")
    blob = next(path for path in (clone / ".git/objects").glob("??/*"))
    files, _, _ = taken(clone, tmp_path / "in", DUE)
    assert files["lab.ipynb"] == b"in time"
    blob.unlink()  # what is missing is fetched from nowhere
    taken(clone, tmp_path / "again", DUE)
    assert not ran.exists()


@pytest.mark.parametrize("how", ["alternates", "linked", "a file"])
def test_a_repository_that_leads_elsewhere_is_not_followed(clone: Path, tmp_path: Path, how: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (clone / ".git/objects").rename(elsewhere)
    if how == "alternates":
        (clone / ".git/objects/info").mkdir(parents=True)
        (clone / ".git/objects/info/alternates").write_text(f"{elsewhere}\n")
    elif how == "linked":
        (clone / ".git/objects").symlink_to(elsewhere)
    else:
        (clone / ".git").rename(tmp_path / "git")
        (clone / ".git").write_text(f"gitdir: {tmp_path / 'git'}\n")
    files, _, told = taken(clone, tmp_path / "in", DUE)
    assert (files, "nothing is taken" in told) == ({}, True)


def test_a_path_that_no_file_system_takes_costs_nobody_their_work(clone: Path, tmp_path: Path) -> None:
    """Git holds a name of any length, and folders of any depth."""
    blob = git(clone, "rev-parse", "HEAD:late.py")
    for path in ("n" * 300, "d/" * 1_500 + "late.py", "late\x01py/late.py", "late_py"):
        git(clone, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    git(clone, "commit", "-q", "-m", "long", when=DUE - timedelta(minutes=1))
    files, _, _ = taken(clone, tmp_path / "in", "HEAD")
    assert files.keys() == {"lab.ipynb", "sub/net.pth", "late.py", "late_py/late.py"}


def test_links_and_submodules_are_not_taken(clone: Path, tmp_path: Path) -> None:
    (clone / "link.py").symlink_to("/etc/passwd")
    git(clone, "add", "link.py")
    git(clone, "update-index", "--add", "--cacheinfo", f"160000,{git(clone, 'rev-parse', 'HEAD')},module")
    git(clone, "commit", "-q", "-m", "links", when=DUE)
    assert set(taken(clone, tmp_path / "in", DUE)[0]) == {"lab.ipynb", "late.py", "sub/net.pth"}


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("2026-10-08T23:59:00+02:00", datetime.fromisoformat("2026-10-08T23:59:00+02:00")),
        ("2026-10-08", datetime(2026, 10, 8, 23, 59, 59).astimezone()),
        ("deadline", "deadline"),
        ("0123abc", "0123abc"),
    ],
)
def test_a_deadline_is_a_moment_or_a_name(text: str, means: object) -> None:
    assert deadline_in(text) == means
