"""Which file, folder or package an import names, by the rules of each family. Works on names and paths only, never on the disk."""

import posixpath
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from itertools import chain

from lepasserelle.graph.families import Family
from lepasserelle.graph.import_places import GoPlaces, NpmPlaces, PathPlaces
from lepasserelle.graph.python_library import STANDARD_LIBRARY
from lepasserelle.graph.sourced import SHELL, is_open, known_path
from lepasserelle.graph.survey import FileRow
from lepasserelle.model.import_maps import NO_MAPS, ImportMaps


class ModuleTable:
    """Files by module name, by path stem and by package."""

    def __init__(
        self, files: list[FileRow], maps: ImportMaps = NO_MAPS, imported: Callable[[], AbstractSet[str]] = frozenset
    ) -> None:
        """`maps`: what configuration files of the project say; `imported`: packages of Python that are imported by their names."""
        self._files, self._imported = files, imported
        self._required = frozenset(maps.python_dependencies)
        self._go, self._mapped, self._packages = GoPlaces(maps), PathPlaces(maps), NpmPlaces(maps)
        self._go_folders: set[str] = set()
        self._by_module: dict[str, list[int]] = defaultdict(list)
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_basename: dict[str, list[int]] = defaultdict(list)
        self._by_path: dict[str, int] = {}
        self._folders: dict[str, dict[str, None]] = defaultdict(dict)
        self._prefixes: set[str] = set()
        for number, row in enumerate(files):
            self._enter(number, row)

    def _enter(self, number: int, row: FileRow) -> None:
        style = row.family.imports
        if style in {"python", "dotted"}:
            self._by_module[row.module].append(number)
            prefix = row.module.rpartition(".")[0]
            while prefix and prefix not in self._prefixes:
                self._prefixes.add(prefix)
                prefix = prefix.rpartition(".")[0]
        elif style in {"path", "include", "rust"}:
            self._by_path[row.path] = number
            self._by_stem[_stem(row.path)].append(number)
            self._by_basename[posixpath.basename(row.path)].append(number)
        elif style == "folder":
            folder = posixpath.dirname(row.path)
            self._folders[posixpath.basename(folder)][folder] = None
            self._go_folders.add(folder)

    # ── dotted modules (Python, Lua) ──────────────────────────────────────────────────────────────────────────────────────

    def python(self, module: str, importer: int) -> tuple[int, ...]:
        """Files with this module name; of several those nearest to the importing file, and no stub beside its module."""
        found = self._by_module.get(module)
        if not found:
            return ()
        same = [number for number in found if self._files[number].family is self._files[importer].family]
        if len(same) > 1:
            paths = {self._files[number].path for number in same}
            same = [n for n in same if not (self._files[n].path.endswith(".pyi") and self._files[n].path[:-1] in paths)]
        return tuple(self._nearest(same, importer)) if len(same) > 1 else tuple(same)

    def is_prefix(self, module: str) -> bool:
        """Whether modules of the project begin with this name."""
        return module in self._prefixes

    def sibling(self, module: str, importer: int) -> tuple[int, ...]:
        """A file in the importing file's own folder: a script's folder is on Python's search path. So may be one with an
        `__init__.py` that nobody imports by its name, unless the name is that of a module elsewhere.
        """
        around = self._files[importer].module.rpartition(".")[0]
        found = self.python(f"{around}.{module}", importer) if around and not self.is_package(importer) else ()
        if not found or not self.python(around, importer):
            return found
        top = module.partition(".")[0]
        if importer in found or top in STANDARD_LIBRARY or top.lower() in self._required or around in self._imported():
            return ()
        return found

    def is_package(self, number: int) -> bool:
        """Whether the file stands for its folder."""
        return posixpath.basename(self._files[number].path) in {"__init__.py", "__init__.pyi"}

    def absolute(self, module: str, level: int, importer: int) -> str:
        """The absolute name of a relative Python import; empty when it leaves the top."""
        parts = self._files[importer].module.split(".")
        drop = level - 1 if self.is_package(importer) else level
        if drop > len(parts) or (drop == len(parts) and not module):
            return ""
        kept = parts[: len(parts) - drop]
        return ".".join([*kept, module] if module else kept)

    def dotted(self, module: str, importer: int) -> tuple[int, ...]:
        """Files whose module name ends with the dotted name (Lua's search path is not known), nearest first."""
        wanted = module.replace("/", ".")
        exact = self._by_module.get(wanted) or self._by_module.get(wanted + ".init")
        if exact:
            return tuple(self._nearest(exact, importer))
        found = [n for name, numbers in self._by_module.items() if name.endswith("." + wanted) for n in numbers]
        found = [number for number in found if self._files[number].family is self._files[importer].family]
        return tuple(self._nearest(found, importer))

    # ── paths (ECMAScript, includes) ──────────────────────────────────────────────────────────────────────────────────────

    def path(self, module: str, importer: int, family: Family) -> tuple[int, ...]:
        """The file of a relative path, or of one that configuration files lead to, with the suffix left out, replaced (`./a.js` of
        `a.ts`), or its folder's index.
        """
        path = self._files[importer].path
        if not module.startswith((".", "/")) and family.name != "zig":
            targets = chain(self._mapped.targets(module, path), self._packages.targets(module))
            return next((found for target in targets if (found := self._at(target, family))), ())
        folder = posixpath.dirname(path)
        return self._at(
            posixpath.normpath(posixpath.join(folder, module.lstrip("/") if module.startswith("/") else module)), family
        )

    def _at(self, target: str, family: Family) -> tuple[int, ...]:
        for stem in (target, _stem(target), *(posixpath.join(target, name) for name in family.index_names)):
            exact = self._by_path.get(stem)
            if exact is not None:
                return (exact,)
            found = [number for number in self._by_stem.get(stem, ()) if self._files[number].family is family]
            if found:
                return (min(found, key=lambda number: self._rank(number, family)),)
        return ()

    def _rank(self, number: int, family: Family) -> int:
        path = self._files[number].path
        return next((rank for rank, suffix in enumerate(family.extensions) if path.endswith(suffix)), len(family.extensions))

    def include(self, text: str, importer: int, *, system: bool) -> tuple[int, ...]:
        """The file of an `#include`: beside the including file, from the root, else the one whose path ends with the text."""
        folder = posixpath.dirname(self._files[importer].path)
        if self._files[importer].family.name == SHELL:
            return self._source(text, folder, importer)
        if not system:
            for base in (posixpath.join(folder, text), text):
                for path in (base, base + ".rb"):
                    exact = self._by_path.get(posixpath.normpath(path))
                    if exact is not None:
                        return (exact,)
        ending = "/" + posixpath.normpath(text).lstrip("./")
        names = (posixpath.basename(ending), posixpath.basename(ending) + ".rb")
        found = [
            n for name in names for n in self._by_basename.get(name, ()) if _without_rb(self._files[n].path, text).endswith(ending)
        ]
        return tuple(self._nearest(found, importer)[:1]) if found else ()

    def _source(self, text: str, folder: str, importer: int) -> tuple[int, ...]:
        """The script that another sources: beside it, from the root, else the nearest whose path ends so; several that are as near
        where a variable says which.
        """
        known = known_path(text)
        if known is None or (known[:1] == "/" and not is_open(text)):
            return ()
        for path in (posixpath.join(folder, known), known):
            exact = self._by_path.get(posixpath.normpath(path))
            if exact is not None:
                return (exact,)
        ending = "/" + posixpath.normpath(known).lstrip("./")
        found = [n for n in self._by_basename.get(posixpath.basename(ending), ()) if ("/" + self._files[n].path).endswith(ending)]
        found = self._nearest([n for n in found if self._files[n].family.name == SHELL], importer)
        return tuple(found if is_open(text) else found[:1])

    def folder(self, text: str, importer: int) -> str | None:
        """The project folder that a Go import path means; None when it names something outside.

        By the modules of the project. A file that lies in none means the folder that the path ends with.
        """
        path = self._files[importer].path
        found = self._go.folder(text, path, self._go_folders)
        return found if found is not None or self._go.covers(path) else self._ending(text) or None

    def _ending(self, text: str) -> str:
        head, _, _ = text.partition("/")
        best = ""
        for folder in self._folders.get(posixpath.basename(text), ()):
            inside = text == folder or text.endswith("/" + folder)
            if inside and ("." in head or text == folder) and len(folder) > len(best):
                best = folder
        return best

    def _nearest(self, found: list[int], importer: int) -> list[int]:
        """Those that share the longest beginning of the path with the importing file."""
        here = self._files[importer].path.split("/")

        def shared(number: int) -> int:
            there = self._files[number].path.split("/")
            return next((i for i, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))

        if len(found) < 2:
            return list(found)
        best = max(map(shared, found))
        return [number for number in found if shared(number) == best]


def _stem(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, name.partition(".")[0] if name.endswith(".d.ts") else posixpath.splitext(name)[0])


def _without_rb(path: str, text: str) -> str:
    return "/" + (path.removesuffix(".rb") if path.endswith(".rb") and not text.endswith(".rb") else path)
