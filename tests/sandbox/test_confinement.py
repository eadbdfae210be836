"""Attacks on what is outside, tried in a cell and in a probe at each level that is good enough to grade."""

import ctypes
import json
import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

import autograder
import data_utils
from autograder.sandbox import Job, SandboxError, places

pytestmark = pytest.mark.slow

# Each is an expression; `P` holds paths of the course around the lab.
READING = {
    "solution": "open(P['solution']).read()",
    "secret case": "open(P['secret']).read()",
    "grader": "open(P['grader']).read()",
    "sibling submission": "open(P['sibling']).read()",
    "folder of secrets": "os.listdir(P['secret_dir'])",
    "by a symlink": "(os.path.lexists('l') or os.symlink(P['secret'], 'l'), open('l').read())",
    "by a way around": "open(P['public'] + '/../../fixtures/secret.json').read()",
    "environment of the parent": "open('/proc/%d/environ' % P['pid']).read()",
    "memory of the parent": "open('/proc/%d/mem' % P['pid'], 'rb')",
    "list of processes": "os.listdir('/proc')",
    "passwords": "open('/etc/passwd').read()",
    "root's home": "os.listdir('/root')",
}
WRITING = {
    "beside the lab": "open(P['public'] + '/new.txt', 'w')",
    "into a probe": "open(P['public'] + '/probes.py', 'a')",
    "into a library": "open(P['data_utils'] + '/new.txt', 'w')",
    "temporary folder": "open(P['tmp'] + '/new.txt', 'w')",
    "mode of a file": "os.chmod(P['public'] + '/probes.py', 0o777)",
    "time of a file": "os.utime(P['public'] + '/probes.py')",
    "removing": "os.remove(P['public'] + '/helper.py')",
    "attribute of a file": "os.setxattr(P['public'] + '/probes.py', 'user.x', b'x')",
    "renaming": "os.rename(P['public'] + '/helper.py', 'helper.py')",
    "hard link": "os.link(P['public'] + '/helper.py', 'helper.py')",
}
CALLING = {
    "TCP": "socket.create_connection(('127.0.0.1', P['port']), 1)",
    "UDP": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "listening": "socket.create_server(('127.0.0.1', 0))",
    "Unix socket": "socket.socket(socket.AF_UNIX).connect(P['unix'])",
    "datagrams": "socket.socketpair(type=socket.SOCK_DGRAM)[0].sendto(b'x', P['datagrams'])",
    "raw datagrams": "socket.socketpair(type=socket.SOCK_RAW)[0].sendto(b'x', P['datagrams'])",
    "packets": "socket.socketpair(type=socket.SOCK_SEQPACKET)",
    "another family's pair": "socket.socketpair(30, socket.SOCK_STREAM)",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "program": "subprocess.run(['/bin/true'], check=True)",
    "exec": "os.execv('/bin/true', ['true'])",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "memfd": "os.memfd_create('x')",
    "shared memory": "checked(libc.shmget(0, 4096, 0o1600))",
    "message queue of others": "checked(libc.msgsnd(P['queue'], b'12345678x', 1, 0))",
    "namespaces": "checked(libc.unshare(0x10000000))",
    "ptrace": "checked(libc.ptrace(16, os.getppid(), 0, 0))",
    "mount": "checked(libc.mount(b'none', b'/', b'tmpfs', 0, None))",
    "inotify": "checked(libc.inotify_init())",
    "io_uring": "checked(libc.syscall(425, 1, 0))",
    "clone3": "checked(libc.syscall(435, 0, 0))",
    "unknown call": "checked(libc.syscall(1000))",
    "call of another interface": "checked(libc.syscall(0x40000000 + 39))",
    "priority": "os.setpriority(os.PRIO_PROCESS, 0, -5)",
    "affinity": "os.sched_setaffinity(0, {0})",
    "outliving the watcher": "checked(libc.prctl(1, 0, 0, 0, 0))",
    "more memory": "resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))",
    "another user": "os.setuid(12345)",
}
ATTACKS = {**READING, **WRITING, **CALLING}

TRYING = """
import ctypes, os, resource, socket, subprocess
libc = ctypes.CDLL(None, use_errno=True)

def checked(result):
    if result < 0: raise OSError(ctypes.get_errno(), "refused")

def tried(attack):
    try: eval(attack, globals())
    except (OSError, ValueError) as error: return type(error).__name__
    return "done"
"""


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A course folder with secrets beside the lab; gives the paths that attacks use."""
    root = tmp_path_factory.mktemp("course")
    public = root / "assignments" / "lab"
    secrets = {
        "solution": "solutions/lab.py",
        "secret": "fixtures/secret.json",
        "grader": "autograder/graders/test_lab.py",
        "sibling": "handed-in/other.ipynb",
        "probes": "assignments/lab/probes.py",
        "helper": "assignments/lab/helper.py",
    }
    for name in secrets.values():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("def observe(ns, case): return ns['observe']()")
    paths = {name: str(root / place) for name, place in secrets.items()}
    libc = ctypes.CDLL(None)
    queue = libc.msgget(0, 0o1666)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        unix.bind(str(root / "unix.sock"))
        unix.listen()
        datagrams.bind(str(root / "datagrams.sock"))
        yield paths | {
            "datagrams": str(root / "datagrams.sock"),
            "queue": queue,
            "public": str(public),
            "secret_dir": str(root / "fixtures"),
            "unix": str(root / "unix.sock"),
            "port": server.getsockname()[1],
            "tmp": str(root),
            "pid": os.getpid(),
            "data_utils": next(iter(data_utils.__path__)),
        }
    libc.msgctl(queue, 0, None)


@pytest.fixture(scope="session")
def seen(servers, runner, course, confined_level):
    """What all attacks came to, in a cell and in a probe, by one submission."""
    cell = f"""{TRYING}
P = {course!r}
ATTACKS = {ATTACKS!r}
import json
in_cell = {{name: tried(attack) for name, attack in ATTACKS.items()}}
def observe():
    in_probe = {{name: tried(attack) for name, attack in ATTACKS.items()}}
    seen = {{"cell": in_cell, "probe": in_probe, "environment": dict(os.environ)}}
    return {{name: json.dumps(value) for name, value in seen.items()}}
"""
    seen = runner(servers(confined_level), Path(course["public"]))(cell)
    assert seen.recording.cell_errors == ()
    assert seen.recording.level == confined_level
    return {name: json.loads(text) for name, text in seen.answers["observe/a"].values.items()}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_refused(seen, attack):
    assert seen["cell"][attack] != "done"
    assert seen["probe"][attack] != "done"


@pytest.mark.parametrize(
    "attack", ["solution", "secret case", "temporary folder", "mode of a file", "UDP", "program"]
)
def test_attack_succeeds_outside(course, attack):
    """The attacks themselves are sound."""
    scope: dict[str, object] = {"P": course}
    exec(TRYING, scope)
    assert scope["tried"](ATTACKS[attack]) == "done"  # type: ignore[operator]


def test_every_call_of_the_table_is_refused(servers, runner, public_dir, confined_level):
    """Each by its number, with EPERM: not what the kernel itself would say of arguments that are all zero."""
    cell = """
import ctypes, errno, platform
from autograder.sandbox import seccomp
libc = ctypes.CDLL(None, use_errno=True)
column = {"x86_64": 0, "aarch64": 1}[platform.machine()]

def let_through(table):
    return [name for name, numbers in table.items() if numbers[column] is not None
            and (libc.syscall(numbers[column], 0, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() != errno.EPERM)]

in_cell = let_through(seccomp._REFUSED)
def observe():
    in_probe = let_through(seccomp._REFUSED | seccomp._REFUSED_TO_FORKS)
    return {"cell": ", ".join(in_cell), "probe": ", ".join(in_probe)}
"""
    seen = runner(servers(confined_level), public_dir)(cell)
    assert seen.answers["observe/a"].values == {"cell": "", "probe": ""}


def test_environment_is_an_allow_list(seen, course_secret):
    assert course_secret not in seen["environment"]
    assert seen["environment"]["USER"] == "student"


def test_without_a_name_a_secret_cannot_even_be_found(servers, runner, course):
    cell = "import os, pathlib\ndef observe(): return {n: int(os.path.lexists(p)) for n, p in PATHS.items()}"
    hidden = {name: course[name] for name in ("solution", "secret", "grader", "sibling", "unix")}
    seen = runner(servers("full"), Path(course["public"]))(f"PATHS = {hidden!r}\n{cell}")
    assert seen.answers["observe/a"].values == dict.fromkeys(hidden, 0)


def test_scratch_is_of_one_submission_and_bounded(servers, runner, course, confined_level):
    run = runner(servers(confined_level), Path(course["public"]))
    cell = """
import os
os.makedirs("a/b", exist_ok=True)
found = os.listdir(".")
open("left", "w").write("behind")
try:
    with open("a/b/big", "wb") as out:
        for _ in range(100): out.write(bytes(1 << 20))
    full = 0
except OSError: full = 1
def observe(): return {"found": ",".join(found), "full": full}
"""
    for _ in range(2):
        assert run(cell).answers["observe/a"].values == {"found": "a", "full": 1}


def test_another_user_holds_where_nothing_else_does(servers, runner, course):
    server = servers("setuid")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        os.chmod(folder, 0o755)
        for name in ("probes.py", "helper.py"):
            shutil.copy(Path(course["public"]) / name, folder)
        attacks = {name: ATTACKS[name] for name in ("secret case", "beside the lab", *CALLING)}
        cell = f"{TRYING}\nP = {course | {'public': folder}!r}\nATTACKS = {attacks!r}"
        observe = "def observe(): return {f'a{i}': tried(a) for i, a in enumerate(ATTACKS.values())}"
        answer = runner(server, Path(folder))(cell, observe).answers["observe/a"]
    assert answer.outcome == "ok"
    assert [name for name, what in zip(attacks, answer.values.values(), strict=True) if what == "done"] == []


def test_lab_that_the_box_cannot_read_is_our_failure(server, tmp_path):
    with pytest.raises(SandboxError, match="No such file"):
        server.record(Job((), (), tmp_path / "missing"))


def test_nothing_of_the_course_is_readable():
    """Also not where the interpreter or its environment lies inside the course folder."""
    root = Path(autograder.__file__).parents[1]
    for secret in (root / "solutions", root / "fixtures", root / "autograder" / "graders", root):
        assert not any(secret.is_relative_to(path) for path in places.readable())


BETWEEN_BOXES = '''
import ctypes, errno, fcntl, mmap, os, threading
import torch
libc = ctypes.CDLL(None, use_errno=True)
opened = os.open(torch.__file__, os.O_RDONLY)
page = mmap.mmap(opened, 4096, prot=mmap.PROT_READ)

def call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)

def address():
    libc.mmap.restype = ctypes.c_void_p
    return ctypes.c_void_p(libc.mmap(None, ctypes.c_size_t(4096), 1, 1, opened, ctypes.c_long(0)))

FS_IOC_SETFLAGS = 0x40086602
TRIED = {
    "flock": lambda: fcntl.flock(opened, fcntl.LOCK_SH),
    "lockf": lambda: fcntl.lockf(opened, fcntl.LOCK_SH),
    "asking for locks": lambda: fcntl.fcntl(opened, fcntl.F_GETLK, bytes(64)),
    "lease": lambda: fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    "notify": lambda: fcntl.fcntl(opened, fcntl.F_NOTIFY, 1),
    "hint": lambda: fcntl.fcntl(opened, 1036, bytes(8)),
    "mincore": lambda: call("mincore", address(), ctypes.c_size_t(4096), ctypes.create_string_buffer(1)),
    "fadvise": lambda: os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED),
    "readahead": lambda: call("readahead", opened, ctypes.c_long(0), ctypes.c_size_t(4096)),
    "cachestat": lambda: call("syscall", 451, opened, 0, 0, 0),
    "pages": lambda: call("syscall", 279, 0, ctypes.c_long(0), 0, 0, 0, 0),
    "only what is in memory": lambda: os.preadv(opened, [bytearray(8)], 0, os.RWF_NOWAIT),
    "waking": lambda: call("syscall", 202, address(), 1, 1, 0, 0, 0),
    "flags of a file": lambda: fcntl.ioctl(opened, FS_IOC_SETFLAGS, bytes(8)),
    "free disk space": lambda: os.statvfs("/"),
}

def observe():
    found = {}
    for name, do in TRIED.items():
        try:
            do()
            found[name.replace(" ", "_")] = "open"
        except OSError as error:
            found[name.replace(" ", "_")] = "shut"
    return found

def double(x):
    """What must go on working: threads that are joined, locks among them, descriptors, and reading."""
    ready = threading.Event()
    thread = threading.Thread(target=ready.set)
    thread.start()
    thread.join()
    copy = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, 10)
    flags = fcntl.fcntl(copy, fcntl.F_GETFL)
    os.preadv(copy, [bytearray(8)], 0)
    torch.set_num_threads(2)
    return torch.rand(300, 300) @ torch.rand(300, 300) * 0 if ready.is_set() and not os.isatty(copy) else None
'''


def test_no_file_that_two_boxes_may_read_carries_bits_between_them(run_confined):
    seen = run_confined(BETWEEN_BOXES, calls=["observe/a", "double/a"])
    assert seen.recording.cell_errors == ()
    assert set(seen.answers["observe/a"].values.values()) == {"shut"}, seen.answers["observe/a"]
    assert seen.outcomes["double/a"] == "ok"
