"""What the operating system refused, said so that a person knows what to do: `OSError` becomes `StorageError`."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lepasserelle.errors import StorageError

ELSEWHERE = "set `index_dir` to a folder that can be written"

_FULL = "the disk or its quota is full. Free some space and try again; a complete index from before is as it was"
_DENIED = f"permission denied. Give this user write access, or {ELSEWHERE}"
_IN_THE_WAY = f"something of another kind is in the way. Move it, or {ELSEWHERE}"
TOO_MANY: Final = "too many open files. Close some programs or raise the limit (ulimit -n)"

_ADVICE = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "the file would be larger than this process or file system allows. Raise the limit (ulimit -f), or " + ELSEWHERE,
    errno.EROFS: f"the file system is read-only. Make it writable, or {ELSEWHERE}",
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EISDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.ELOOP: _IN_THE_WAY,
    errno.ENAMETOOLONG: f"the path is too long. Please {ELSEWHERE}",
    errno.EMFILE: TOO_MANY,
    errno.ENFILE: TOO_MANY,
    errno.EIO: f"the device reports an input/output error. Check the disk, or {ELSEWHERE}",
}


def advice(error: OSError) -> str:
    """What happened and what to do, for the error number of `error`."""
    known = _ADVICE.get(error.errno or 0)
    return known if known is not None else f"{error.strerror or error}. Check the folder, or {ELSEWHERE}"


@contextmanager
def storage_errors(action: str, path: Path) -> Iterator[None]:
    """Turn every `OSError` of the block into `StorageError("cannot <action> <path>: <what to do>")`."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot {action} {path}: {advice(error)}") from error
