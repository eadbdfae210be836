"""Sends datagrams to the system's log and to its manager, from one end of a pair of its own."""

import socket

for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
    for path in ("/dev/log", "/run/systemd/journal/socket", "/run/systemd/notify"):
        try:
            socket.socketpair(socket.AF_UNIX, kind)[0].sendto(b"LEAK", path)
            print("LEAK", path)
        except OSError:
            pass
