"""Opens raw and netlink sockets."""

import socket

for family, kind in (
    (socket.AF_INET, socket.SOCK_RAW),
    (socket.AF_NETLINK, socket.SOCK_RAW),
    (socket.AF_PACKET, socket.SOCK_RAW),
):
    try:
        socket.socket(family, kind)
        print("LEAK", family)
    except OSError:
        pass
