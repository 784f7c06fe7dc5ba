"""Which folder or file an import means by what configuration files say of it. Works on names and paths only, never on the disk."""

import posixpath
from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from lepasserelle.model.import_maps import GoModule, GoWork, ImportMaps, PathMap

T = TypeVar("T")


class GoPlaces:
    """Folders of packages of Go by their import paths, as modules and workspaces name them."""

    def __init__(self, maps: ImportMaps) -> None:
        self._modules = maps.go_modules
        self._by_folder: dict[str, GoModule] = {one.folder: one for one in maps.go_modules}
        self._works: dict[str, GoWork] = {one.folder: one for one in maps.go_works}

    def covers(self, importer: str) -> bool:
        """Whether the file at this path lies in a module: then nothing else says what it imports."""
        return nearest(self._by_folder, importer) is not None

    def folder(self, text: str, importer: str, folders: Collection[str]) -> str | None:
        """The folder that the file at `importer` means by an import path; None: something outside.

        By the longest path of a module that leads to one of `folders` (those with Go files). Of several modules of one path: what
        replaces it, the importer's own, those of its workspace, the nearest. Copies in a `vendor` folder come last.
        """
        own = nearest(self._by_folder, importer)
        best, longest = None, -1
        for path, root in self._roots(own, importer):
            rest = _rest(path, text)
            if rest is not None and len(path) > longest and (found := posixpath.join(root, rest).rstrip("/")) in folders:
                best, longest = found, len(path)
        if best is None and own is not None and (vendored := posixpath.join(own.folder, "vendor", text)) in folders:
            return vendored
        return best

    def _roots(self, own: GoModule | None, importer: str) -> Iterator[tuple[str, str]]:
        """(path of a module, its folder), those first that stand before others of the same path."""
        work = nearest(self._works, importer)
        if work is not None and own is not None and own.folder not in work.uses:
            work = None
        yield from work.replaced.items() if work is not None else ()
        if own is not None:
            yield from own.replaced.items()
            yield "" if own.path == "std" else own.path, own.folder
        used = work.uses if work is not None else ()
        yield from ((self._by_folder[folder].path, folder) for folder in used if folder in self._by_folder)
        for module in sorted(self._modules, key=lambda one: -_shared(one.folder, importer)):
            yield module.path, module.folder


class PathPlaces:
    """Where imports of TypeScript and JavaScript are looked for that are not relative."""

    def __init__(self, maps: ImportMaps) -> None:
        self._by_folder: dict[str, PathMap] = {one.folder: one for one in maps.path_maps}

    def targets(self, module: str, importer: str) -> Iterator[str]:
        """Paths of the project that the file at `importer` may mean by `module`, in order; suffixes may be left out: those of a
        pattern, then that in the base.
        """
        found = nearest(self._by_folder, importer)
        if found is None:
            return
        yield from _looked_for(found.paths, module)
        if found.base is not None:
            yield posixpath.normpath(posixpath.join(found.base, module))


class NpmPlaces:
    """Where imports of the packages of a workspace are looked for, by their names."""

    def __init__(self, maps: ImportMaps) -> None:
        self._by_name = {one.name: one for one in maps.npm_packages}

    def targets(self, module: str) -> Iterator[str]:
        """Paths of the project that a module may mean, in order; suffixes may be left out."""
        parts = module.split("/")
        name = "/".join(parts[: 2 if module[:1] == "@" else 1])
        package = self._by_name.get(name)
        if package is not None:
            yield from _looked_for(package.entries, module[len(name) + 1 :])


def nearest(by_folder: dict[str, T], path: str) -> T | None:
    """What holds for the file at `path`: of its own folder, else of the nearest above."""
    if not by_folder:
        return None
    folder = posixpath.dirname(path)
    while folder and folder not in by_folder:
        folder = posixpath.dirname(folder)
    return by_folder.get(folder)


def _rest(prefix: str, text: str) -> str | None:
    """What is left of an import path below a module; None where it does not lie there."""
    if not prefix or text == prefix:
        return text[len(prefix) :]
    return text[len(prefix) + 1 :] if text.startswith(prefix + "/") else None


def _shared(folder: str, path: str) -> int:
    """How many folders two paths begin with in common."""
    pairs = zip(folder.split("/"), posixpath.dirname(path).split("/"), strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(folder.count("/"), path.count("/")) + 1)


def _looked_for(entries: Iterable[tuple[str, tuple[str, ...]]], text: str) -> Iterator[str]:
    """Where a text is looked for by the pattern without `*` that it is, else by the matching one with most before its `*`."""
    pattern, targets = max((one for one in entries if _matches(one[0], text)), key=lambda one: _weight(one[0]), default=("", ()))
    middle = _middle(pattern, text)
    yield from (posixpath.normpath(target.replace("*", middle, 1)) for target in targets)


def _matches(pattern: str, module: str) -> bool:
    before, star, after = pattern.partition("*")
    if not star:
        return pattern == module
    return len(module) >= len(before) + len(after) and module.startswith(before) and module.endswith(after)


def _weight(pattern: str) -> tuple[bool, int]:
    before, star, _ = pattern.partition("*")
    return not star, len(before)


def _middle(pattern: str, module: str) -> str:
    before, _, after = pattern.partition("*")
    return module[len(before) : len(module) - len(after)]
