"""What is the module name of a file?

Python: dotted from the import root. A root is, in this order: what the user set; what a packaging file claims; a `src` folder
beside one; the folder above the topmost `__init__.py` of an unbroken chain, which may lie above the project. A file outside any
package is its path from the project, in dots. Other languages: the path without its suffix, dots for slashes. Not here: whether
such a module can be imported. Invariant: names depend on the tree alone; the same tree gives the same names, in whatever order
entries come.
"""

import posixpath
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lepasserelle.errors import ConfigError
from lepasserelle.files import packaging_files
from lepasserelle.files.records import FileEntry

PYTHON: Final = "python"
_INIT: Final = ("__init__.py", "__init__.pyi")


def check_roots(project: Path, python_roots: Iterable[str]) -> None:
    """Raise `ConfigError` for a root that is no folder of the project: names would silently start elsewhere."""
    for root in python_roots:
        cleaned = _cleaned(root)
        if cleaned == ".." or cleaned.startswith("../"):
            raise ConfigError(f"setting 'python_roots': {root!r} lies outside the project. Name a folder inside {project}.")
        if not (project / cleaned).is_dir():
            raise ConfigError(
                f"setting 'python_roots': {root!r} is no folder of {project}. Correct it, or remove it: roots are then found by "
                f"packaging files."
            )


class ModuleNames:
    """The names of all modules of one project.

    `packages`: folders (relative, empty for the project) that hold an `__init__.py`. `claims`: folder → dotted name of what lies
    in it. `above`: the dotted name of the package that the project folder itself is; empty when it is none.
    """

    __slots__ = ("_above", "_claims", "_folders", "_packages")

    def __init__(self, packages: frozenset[str], claims: dict[str, str], above: str) -> None:
        self._packages = packages
        self._claims = claims
        self._above = above
        self._folders: dict[str, str] = {}

    @classmethod
    def discover(cls, project: Path, entries: Iterable[FileEntry], python_roots: Iterable[str] = ()) -> "ModuleNames":
        """Read what the tree says of its import roots. `python_roots`: as in `Settings`; when given, nothing else is a root."""
        packages, packaged, python_folders = set(), {""}, set()
        for entry in entries:
            folder, _, name = entry.path.rpartition("/")
            if name in _INIT:
                packages.add(folder)
            elif name in packaging_files.FILE_NAMES:
                packaged.add(folder)
            if entry.language == PYTHON:
                python_folders.add(folder)
        if any((project / init).is_file() for init in _INIT):
            packages.add("")
        roots = [_cleaned(root) for root in python_roots]
        claims = dict.fromkeys(roots, "") if roots else _discovered_claims(project, packages, packaged, python_folders)
        return cls(frozenset(packages), claims, _name_above(project) if "" in packages else "")

    def name(self, path: str, language: str) -> str:
        """The dotted module name of the file at `path`; never empty."""
        folder, _, name = path.rpartition("/")
        stem = _stem(name)
        if language != PYTHON:
            return _joined(folder.replace("/", "."), stem)
        package = self._folder_name(folder)
        if stem != "__init__":
            return _joined(package, stem)
        return package or stem

    def _folder_name(self, folder: str) -> str:
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._claimed(folder) or self._chained(folder)
        return known

    def _claimed(self, folder: str) -> str | None:
        """By the nearest claim at or above `folder`; None when there is none (or it names this folder's content from the top)."""
        at = folder
        while True:
            if at in self._claims:
                return _joined(self._claims[at], folder[len(at) :].strip("/").replace("/", "."))
            if not at:
                return None
            at = _parent(at)

    def _chained(self, folder: str) -> str:
        """By the `__init__.py` files: from the nearest package at or above `folder` up through an unbroken chain."""
        top = folder
        while top and top not in self._packages:
            top = _parent(top)
        if top not in self._packages:
            return "" if folder in self._claims else folder.replace("/", ".")
        while top and _parent(top) in self._packages:
            top = _parent(top)
        if not top:
            return _joined(self._above, folder.replace("/", "."))
        return folder[len(_parent(top)) :].strip("/").replace("/", ".")


def _discovered_claims(project: Path, packages: set[str], packaged: set[str], python_folders: set[str]) -> dict[str, str]:
    claims: dict[str, str] = {}
    for folder in sorted(packaged):
        for claimed, name in packaging_files.claims_in(project, folder):
            if _holds_python(claimed, python_folders):
                claims.setdefault(claimed, name)
        source = posixpath.join(folder, "src")
        if source not in packages and _holds_python(source, python_folders):
            claims.setdefault(source, "")
    return claims


def _holds_python(folder: str, python_folders: set[str]) -> bool:
    return folder in python_folders or any(other.startswith(folder + "/") for other in python_folders)


def _name_above(project: Path) -> str:
    """The dotted name of the package that the project folder is, by the `__init__.py` files above it."""
    parts = [project.name]
    for folder in project.parents:
        if not any((folder / init).is_file() for init in _INIT) or not folder.name:
            break
        parts.append(folder.name)
    return ".".join(reversed(parts))


def _stem(name: str) -> str:
    dot = name.rfind(".")
    return name[:dot] if dot > 0 else name


def _parent(folder: str) -> str:
    return folder.rpartition("/")[0]


def _joined(package: str, name: str) -> str:
    return f"{package}.{name}" if package and name else package or name


def _cleaned(root: str) -> str:
    path = posixpath.normpath(root.replace("\\", "/").strip("/") or ".")
    return "" if path == "." else path
