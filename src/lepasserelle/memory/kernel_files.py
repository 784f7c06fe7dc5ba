"""Reads the small files of `/proc` and `/sys` at one moment. Interprets nothing (see `procfs`).

Invariant: a file is read with one system call where it fits, because the kernel writes its text anew for each; what cannot be
read is None, never empty bytes.
"""

import os
from typing import Final

_READ_BYTES: Final = 1 << 16


def read(path: str) -> bytes:
    """The first 64 KiB of a kernel file. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        return os.read(descriptor, _READ_BYTES)
    finally:
        os.close(descriptor)


def read_whole(path: str) -> bytes:
    """A kernel file of any length, in parts. Raises `OSError`."""
    with open(path, "rb") as file:  # noqa: PTH123  # the readers work on plain text paths
        return file.read()


def read_or_none(path: str) -> bytes | None:
    """As `read`; None when the file is not there or may not be read."""
    try:
        return read(path)
    except OSError:
        return None
