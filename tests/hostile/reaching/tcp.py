"""Connects to this machine and to the world by TCP."""

import socket

try:
    socket.create_connection(("127.0.0.1", 22), timeout=1)
    print("LEAK reached")
except OSError:
    pass
