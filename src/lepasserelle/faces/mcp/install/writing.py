"""A text becomes a client's file. What was there is kept beside it.

Not here: what the text says. Invariants: the file is replaced whole or not at all, with its permissions, and where a link leads to;
nothing is written when nothing changes; the backup is complete before the file is touched, and never overwrites another one.
"""

import os
from itertools import count
from pathlib import Path
from typing import Final

from lepasserelle.durable.atomic import write_atomically
from lepasserelle.errors import ConfigError, StorageError

_MOST_BYTES: Final = 16 << 20


def read_text(path: Path) -> str | None:
    """The file's text; None when there is none. Raises `ConfigError` when it cannot be read, or is no text."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise ConfigError(f"{path} is too large to be a configuration. Add the entry by hand")
        return data.decode()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}. Add the entry by hand") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no UTF-8 text. Add the entry by hand") from error


def replace_text(path: Path, before: str | None, after: str) -> Path | None:
    """Make the file say `after`, and return where what it said is kept; None when there was no file.

    Raises `ConfigError` when it cannot be written, or says no longer what was read.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if read_text(target) != before:
            raise ConfigError(f"{path} has just been changed by somebody else. Try again")
        kept = None if before is None else _keep(target, before)
        mode = None if before is None else target.stat().st_mode & 0o777
        write_atomically(target, after.encode(), "client")
        if mode is not None:
            target.chmod(mode)
    except (OSError, StorageError) as error:
        raise ConfigError(f"{path} cannot be written: {error}. Add the entry by hand") from error
    return kept


def _keep(target: Path, text: str) -> Path:
    for number in count(1):
        kept = target.with_name(f"{target.name}.leindex-backup-{number}")
        try:
            with kept.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
        except FileExistsError:
            continue
        kept.chmod(target.stat().st_mode & 0o777)
        return kept
    raise AssertionError
