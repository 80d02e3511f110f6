"""How many bytes of a socket the operating system has not sent yet."""

from __future__ import annotations

import socket
import struct

try:
    import fcntl
    import termios
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def unsent_in_kernel(sock: socket.socket) -> int:
    """Return how many bytes the system has not sent yet; 0 where it does not say."""
    if fcntl is None:
        return 0
    unsent: int = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0]
    return unsent
