"""What reading configuration files has in common: documents that may be damaged, and paths as files write them.

Invariant: what is damaged or unexpected says nothing, and no path leads out of the project.
"""

import json
import posixpath
from collections.abc import Callable

Document = dict[str, object]
Read = Callable[[str], str | None]
"""The text of a file of the project by its path; None: there is none."""


def json_object(text: str | bytes, *, strict: bool = True) -> Document | None:
    """The object of a text in JSON; None where it is none. `strict`: no control characters within strings."""
    try:
        found = json.loads(text, strict=strict)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def table(holder: Document, key: str) -> Document:
    """The object under a key; an empty one where something else stands there, or nothing."""
    found = holder.get(key)
    return found if isinstance(found, dict) else {}


def inside(folder: str, path: str) -> str | None:
    """`path`, as a file in `folder` writes it, relative to the project; None when it leaves the project."""
    joined = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))
    if joined.startswith(("/", "../")) or joined == "..":
        return None
    return "" if joined == "." else joined
