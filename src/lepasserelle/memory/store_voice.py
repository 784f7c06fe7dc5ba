"""What is said of one folder of stored entries, in the names of its own settings: to whoever asked, and once to everybody.

Invariant: a folder is warned of once a process, whoever notices first; all who use it share one voice. Nothing is written.
"""

import errno
import os
import stat
import threading
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Final

from lepasserelle.durable.failures import advice
from lepasserelle.errors import StorageError


class StoreWarning(RuntimeWarning):
    """The store works on without something: what it cannot read counts as not there."""


class FolderVoice:
    """Safe for threads."""

    def __init__(self, folder_setting: str = "cache_dir", quota_setting: str = "store_quota_bytes") -> None:
        """The settings that name the folder, and how much of it may be taken."""
        self.folder_setting: Final = folder_setting
        self.quota_setting: Final = quota_setting
        self._unsaid = threading.Semaphore(1)

    def warn(self, text: str) -> None:
        """Say it, unless something was said of this folder before."""
        if self._unsaid.acquire(blocking=False):
            warnings.warn(text, StoreWarning, stacklevel=3)

    @staticmethod
    def tell(text: str) -> None:
        """Say it, whatever was said before: something was mended."""
        warnings.warn(text, StoreWarning, stacklevel=3)

    def warn_of_file(self, folder: Path) -> None:
        """Say at once that a file stands where the folder, or one above it, should be: that is no disk that comes back."""
        found = in_the_way(folder)
        if found is not None:
            why = "which is no folder" if found == folder else f"since {found} is no folder"
            self.warn(
                f"nothing can be kept in {folder}, {why}. Move it, or set `{self.folder_setting}` to one that can be written."
            )

    def advice(self, error: OSError) -> str:
        """What happened and what to do."""
        said = advice(error).replace("index_dir", self.folder_setting)
        return said.replace("; a complete index from before is as it was", "")


def in_the_way(folder: Path) -> Path | None:
    """What is no folder and stands where `folder`, or one above it, would be; None: nothing, or it cannot be told."""
    with suppress(OSError):
        place = next((one for one in (folder, *folder.parents) if one.exists()), None)
        return None if place is None or place.is_dir() else place
    return None


def refusal(folder: Path) -> OSError | None:
    """What the system would say to a write in `folder`, as far as that can be told without one; None: nothing."""
    try:
        place = next(one for one in (folder, *folder.parents) if one.exists())
        found = place.stat()
        room = os.statvfs(place) if hasattr(os, "statvfs") else None
    except (OSError, StopIteration) as error:
        return error if isinstance(error, OSError) else OSError(errno.ENOENT, os.strerror(errno.ENOENT))
    number = None
    if not stat.S_ISDIR(found.st_mode):
        number = errno.ENOTDIR
    elif room is not None and room.f_flag & getattr(os, "ST_RDONLY", 1):
        number = errno.EROFS
    elif not os.access(place, os.W_OK | os.X_OK):
        number = errno.EACCES
    elif room is not None and room.f_blocks and not room.f_bavail:  # no blocks at all: a file system of the kernel, such as /proc
        number = errno.ENOSPC
    return None if number is None else OSError(number, os.strerror(number))


def number_of(error: StorageError) -> int | None:
    """The error number of the system behind it."""
    cause = error.__cause__
    return cause.errno if isinstance(cause, OSError) else None
