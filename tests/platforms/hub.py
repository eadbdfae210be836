"""A JupyterHub on this machine, in a folder of its own, with nbgrader's exchange; every name may log in.

Users are folders here and no accounts: without root there is one account for all of them, so that nbgrader is
told by the hub who somebody is. What accounts keep from one another is nbgrader's and the hub's own matter.
"""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

TEACHER = "teacher"
_PROXY = "configurable-http-proxy"
_HUB = """
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_port = {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.Spawner.environment = {{"JUPYTER_CONFIG_PATH": "{folder}/nbgrader", "PIP_NO_INDEX": "1"}}
"""
_NBGRADER = """
import os
c.Exchange.root = "{folder}/exchange"
c.CourseDirectory.course_id = "few"
if os.environ["JUPYTERHUB_USER"] == "{teacher}":
    c.CourseDirectory.root = "{folder}/home/{teacher}/few"
else:
    c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
"""


def missing() -> list[str]:
    """What the hub needs and is not here, each with the command that installs it."""
    packages = [
        f"pip install {name}" for name in ("jupyterhub", "jupyterlab", "nbgrader") if not find_spec(name)
    ]
    return packages + ([] if shutil.which(_PROXY, path=_path()) else [f"npm install -g {_PROXY}"])


@contextmanager
def jupyterhub(folder: Path) -> Iterator[str]:
    """The hub's address, while the context lasts; a user's home is `folder/home/NAME`."""
    for name in ("nbgrader", "home"):
        (folder / name).mkdir()
    ports = _free_ports()
    hub = _HUB.format(folder=folder, ports=ports, python=sys.executable)
    (folder / "jupyterhub_config.py").write_text(hub)
    (folder / "nbgrader/nbgrader_config.py").write_text(_NBGRADER.format(folder=folder, teacher=TEACHER))
    with (folder / "hub.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub"],
            cwd=folder,
            env=os.environ | {"PATH": _path()},
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{ports[0]}"
    try:
        while not _answers(f"{address}/hub/health"):
            assert started.poll() is None, (folder / "hub.log").read_text()[-2000:]
        yield address
    finally:
        started.terminate()  # the hub ends its proxy and everybody's server
        started.wait(60)


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def _answers(address: str) -> bool:
    with suppress(OSError), closing(urllib.request.urlopen(address, timeout=5)):
        return True
    return False


def _free_ports() -> list[int]:
    sockets = [socket.socket() for _ in range(3)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
