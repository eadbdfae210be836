"""The desk's server: one socket on this machine alone. Trusted side."""

import contextlib
import socket

import uvicorn
from starlette.types import ASGIApp

from autograder.course.layout import CourseError


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1; `port` 0 is any that is free.

    Raises:
        CourseError: the port is taken.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(("127.0.0.1", port))
        found.listen()  # from now on nobody who knows the address is turned away
    except OSError as error:
        found.close()
        raise CourseError(f"Port {port} cannot be had: {error.strerror}. Choose another --port.") from error
    return found


def serve(app: ASGIApp, on: socket.socket) -> None:
    """Answer requests until Ctrl-C."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[on])
