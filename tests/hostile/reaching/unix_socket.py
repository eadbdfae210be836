"""Connects to Docker's and the system's sockets by their paths."""

import socket

for path in ("/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/notify"):
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        print("LEAK", path)
    except OSError:
        pass
