"""Puts a damaged file aside, so that nobody reads it again and it can still be looked at. Repairs nothing and deletes nothing."""

import os
from pathlib import Path

from lepasserelle.durable.steps import step


def put_aside(path: Path, folder: Path) -> Path | None:
    """Move `path` into `folder` (made when missing) under a unique name and return that, or None when it cannot be moved.

    That it cannot be moved (gone already, read-only medium, mapped on Windows) is no error: the caller knows that the file is
    damaged and does not use it either way.
    """
    target = folder / f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    except OSError:
        return None
    step("quarantine.moved")
    return target
