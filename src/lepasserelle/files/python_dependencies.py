"""Which packages do a project's requirements name, as code may import them? By pyproject.toml, setup.cfg, setup.py and
requirements files.

A distribution need not be called like its modules (`PyYAML` holds `yaml`), so each is told under several names: whoever asks must
only conclude that a module may be one of a dependency. Invariant: what is damaged or unexpected says nothing.
"""

import posixpath
import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Final

from lepasserelle.files.documents import Document, Read, table

_MOST_CHARACTERS: Final = 262_144
"""A longer file is not read."""
_REQUIREMENT: Final = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\]\s*)?(?:\(?[<>=!~].*|;.*|@.*|#.*)?", re.DOTALL)
_QUOTED: Final = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_PYTHON: Final = ("python", "py")


def is_of_dependencies(path: str) -> bool:
    """Whether a file says what a project of Python needs."""
    name = posixpath.basename(path)
    if name in {"pyproject.toml", "setup.cfg", "setup.py"}:
        return True
    return path.endswith((".txt", ".in")) and "requirements" in path


def python_dependencies(paths: Iterable[str], read: Read) -> tuple[str, ...]:
    """The first names by which code may import what the project requires, sorted."""
    found = set[str]()
    for path in filter(is_of_dependencies, paths):
        text = read(path)
        if text and len(text) <= _MOST_CHARACTERS:
            for requirement in _requirements(posixpath.basename(path), text):
                matched = _REQUIREMENT.fullmatch(requirement)
                if matched is not None:
                    found.update(_names(matched.group(1)))
    return tuple(sorted(found))


def _requirements(name: str, text: str) -> Iterable[str]:
    if name == "pyproject.toml":
        return _of_document(text)
    if name == "setup.py":
        return [one or other for one, other in _QUOTED.findall(text)]
    return text.splitlines()


def _of_document(text: str) -> Iterator[str]:
    try:
        document: Document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    project, poetry = table(document, "project"), table(table(document, "tool"), "poetry")
    groups = [*table(project, "optional-dependencies").values(), *table(document, "dependency-groups").values()]
    for group in (project.get("dependencies"), *groups):
        yield from [one for one in group if isinstance(one, str)] if isinstance(group, list) else ()
    held = [poetry, *table(poetry, "group").values()]
    for holder in [one for one in held if isinstance(one, dict)]:
        yield from table(holder, "dependencies")
        yield from table(holder, "dev-dependencies")


def _names(distribution: str) -> Iterator[str]:
    """The name of a distribution as a module's, and what is left of it without `python` or `py` before or behind it."""
    name = distribution.lower().replace("-", "_")
    for one in (name, name.partition(".")[0]):
        yield one
        for word in _PYTHON:
            for part in (one.removeprefix(word), one.removesuffix(word)):
                if part.strip("_"):
                    yield part.strip("_")
