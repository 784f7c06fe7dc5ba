"""Paths as people, editors and agents write them → paths as the index writes them. Reads no index."""

import os
import posixpath
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from lepasserelle.errors import QueryError
from lepasserelle.files import path_from_os

PLACE: Final = re.compile(r"(?P<path>.+?):(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?")
_TOLD_CHARS: Final = 200


def relative_path(project: Path, path: str) -> str:
    """A path of the project as the index writes it: relative, forward slashes, no `.` and `..`. Raises `QueryError` for one
    outside.

    An absolute one is taken too, and a `file://` address, as editors give them.
    """
    plain = unquote(path.removeprefix("file://")) if path.startswith("file:///") else path
    if "\0" in plain:
        raise QueryError("a path cannot hold a null character")
    if plain.startswith("/"):
        plain = _below(project.as_posix(), plain)
    normal = posixpath.normpath(plain) if plain else "."
    if normal.startswith(("/", "../")) or normal == "..":
        raise QueryError(f"{path[:_TOLD_CHARS]!r} is outside the project. Paths are relative to the project's folder")
    return "" if normal == "." else normal


def _below(root: str, absolute: str) -> str:
    """The part below the project, links on the way to it resolved; the path as it is when it lies elsewhere."""
    for candidate in (posixpath.normpath(absolute), os.path.realpath(absolute)):
        if candidate == root:
            return "."
        if candidate.startswith(root.rstrip("/") + "/"):
            return path_from_os(candidate[len(root.rstrip("/")) + 1 :])
    return absolute
