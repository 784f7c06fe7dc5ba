"""Who is at the other end of a Unix socket, as the system says. Not by any word of the other side."""

import os
import socket
import struct
import sys
from typing import Final

_UCRED: Final = struct.Struct("3i")  # pid, uid, gid (Linux, unix(7))
_XUCRED: Final = struct.Struct("2Ih")  # version, uid, number of groups (macOS and BSD, unix(4)); the groups follow
_XUCRED_BYTES: Final = 76
_LOCAL_PEERCRED: Final = 1
_SOL_LOCAL: Final = 0


def peer_user(peer: socket.socket) -> int | None:
    """The user id of the other side when it connected or listened; None where the system does not tell."""
    try:
        if hasattr(socket, "SO_PEERCRED"):
            _, user, _ = _UCRED.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
            return int(user)
        if sys.platform == "darwin":
            _, user, _ = _XUCRED.unpack_from(peer.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES))
            return int(user)
    except (OSError, struct.error):
        pass
    return None


def is_same_user(peer: socket.socket) -> bool:
    """Whether the other side runs as this user. Not knowing counts as no."""
    return peer_user(peer) == os.geteuid()
