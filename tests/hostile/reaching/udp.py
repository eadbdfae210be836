"""Sends a datagram."""

import socket

try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", 9))
    print("LEAK reached")
except OSError:
    pass
