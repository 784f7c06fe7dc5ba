"""Reads the small files of `/proc` and `/sys` at one moment. Interprets nothing (see `procfs`).

Invariant: a file is read with one system call where it fits, because the kernel writes its text anew for each; what cannot be
read is None, never empty bytes. A long one is read by the C library in one call: the kernel hands out 4 KiB of `smaps` at a time,
and taking the interpreter's lock again for each part keeps whoever works meanwhile from it for three times as long as it takes.
"""

import os
import sys
from functools import cache
from io import BytesIO, FileIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import ctypes

_READ_BYTES: Final = 1 << 16
_PART_BYTES: Final = 1 << 16
"""Below what the C library maps apart: freeing such a piece would have it keep pieces as large in its heap from then on."""


def read(path: str) -> bytes:
    """The first 64 KiB of a kernel file. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        return os.read(descriptor, _READ_BYTES)
    finally:
        os.close(descriptor)


def read_whole(path: str, *, is_long: bool = True) -> bytes:
    """A kernel file of any length. `is_long`: it is worth a call of the C library. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    with FileIO(descriptor, "rb") as file:
        return _read_unlocked(descriptor) if is_long and _library() is not None else file.readall()


def read_or_none(path: str) -> bytes | None:
    """As `read`; None when the file is not there or may not be read."""
    try:
        return read(path)
    except OSError:
        return None


@cache
def _library() -> "ctypes.CDLL | None":
    """The C library, where it is known to read as it should."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # here, since a process that only looks at limits need not pay for it

    library = ctypes.CDLL(None, use_errno=True)
    try:
        library.fdopen.restype, library.fdopen.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_char_p)
        library.fread.restype = ctypes.c_size_t
        library.fread.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p)
        library.ferror.argtypes = library.fclose.argtypes = (ctypes.c_void_p,)
    except AttributeError:
        return None
    return library


def _read_unlocked(descriptor: int) -> bytes:
    """All of a file with one foreign call for each 64 KiB, in which the interpreter's lock is free. The descriptor stays open.

    Held once, and not in parts beside the whole: `smaps` has some hundred kilobytes, and nobody claims them.
    """
    import ctypes

    library: Any = _library()
    own = os.dup(descriptor)
    stream = library.fdopen(own, b"rb")
    if not stream:
        error = ctypes.get_errno()
        os.close(own)
        raise OSError(error, os.strerror(error))
    try:
        buffer, whole = ctypes.create_string_buffer(_PART_BYTES), BytesIO()
        while True:
            count = library.fread(buffer, 1, _PART_BYTES, stream)
            whole.write(ctypes.string_at(buffer, count))
            if count < _PART_BYTES:
                break
        if library.ferror(stream):
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))
    finally:
        library.fclose(stream)
    return whole.getvalue()
