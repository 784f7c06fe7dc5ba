"""What the system refused, told by the error that came of it. Pure."""

import errno
import re
from typing import Final

_OUT_OF_MEMORY: Final = re.compile(r"map segment|allocate memory|memory allocation", re.IGNORECASE)
"""What a library says that could not be loaded for want of memory."""


def wants_memory(error: Exception) -> bool:
    """Whether memory, or address space to load a library into, was refused."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or _OUT_OF_MEMORY.search(str(error)) is not None


def wants_descriptors(error: Exception) -> bool:
    """Whether the process, or the system, has as many files open as it may."""
    return isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}
