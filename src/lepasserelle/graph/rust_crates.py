"""Which crate of Rust a file belongs to, where its module stands in it, and which crates it sees by name.

By Cargo's layout of packages: `lib.rs` and `main.rs` are roots of crates, and so is each file of its own in `src/bin`, `tests`,
`examples` and `benches`, or in a folder that belongs to no crate.
"""

import posixpath
from typing import Final

from lepasserelle.graph.import_places import nearest
from lepasserelle.graph.survey import FileRow
from lepasserelle.model.import_maps import CargoPackage, ImportMaps

_ROOTS: Final = frozenset({"lib.rs", "main.rs"})
_TARGETS: Final = ("tests", "examples", "benches")


class RustCrates:
    """Works on paths only. Built after the survey is closed."""

    def __init__(self, files: list[FileRow], maps: ImportMaps) -> None:
        self._paths = {row.path for row in files if row.family.name == "rust"}
        self._packages: dict[str, CargoPackage] = {one.folder: one for one in maps.cargo_packages}
        roots = {posixpath.dirname(path) for path in self._paths if posixpath.basename(path) in _ROOTS}
        above = {posixpath.dirname(root) for root in roots if posixpath.basename(root) == "src"} | set(self._packages)
        self._alone = {place for folder in above for name in _TARGETS if self._is_free(place := posixpath.join(folder, name))}
        self._bins = {place for root in roots if self._is_free(place := posixpath.join(root, "bin"))}
        self._crates = roots | self._alone
        self._own = {self.module(path) for path in self._paths if self._is_root(path)}

    def _is_free(self, folder: str) -> bool:
        """Whether a folder is no module of the crate around it."""
        return not {folder + ".rs", folder + "/mod.rs"} & self._paths

    def _is_root(self, path: str) -> bool:
        """Whether a file is a crate with a name of its own."""
        folder, name = posixpath.split(path)
        return name not in _ROOTS | {"mod.rs"} and (folder in self._alone | self._bins or not self._above(folder)[1])

    def _above(self, folder: str) -> tuple[str, bool]:
        """The folder of the crate that a folder is in, and whether there is one; else the folder itself."""
        root = folder
        while root and root not in self._crates:
            root = posixpath.dirname(root)
        return (root, True) if root in self._crates else (folder, False)

    def module(self, path: str) -> str:
        """`crate <root>.a.b` of `<root>/a/b.rs` and of `<root>/a/b/mod.rs`."""
        root, _ = self._above(posixpath.dirname(path))
        parts = [part for part in path[len(root) :].strip("/").removesuffix(".rs").split("/") if part]
        if parts and parts[-1] in {"mod", "lib", "main"}:
            parts.pop()
        return ".".join(["crate " + root.replace(".", "_"), *parts])

    def root(self, here: str) -> str:
        """The root module of the crate that a module is in."""
        while "." in here and here not in self._own:
            here = here.rpartition(".")[0]
        return here

    def named(self, path: str, name: str) -> str:
        """The root module of the crate that a file sees under a name: of its package's library, or of a dependency in the project;
        empty: none.
        """
        own = nearest(self._packages, path)
        if own is None:
            return ""
        package = own if name == own.name else self._packages.get(own.sees.get(name, "?"))
        return self.module(package.library) if package is not None and package.library in self._paths else ""
