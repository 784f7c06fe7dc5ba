"""What configuration files of a project say about where imports lead: modules of Go, path mappings of TypeScript and
JavaScript, packages of workspaces, crates of Rust, what a project of Python requires.

All folders and targets are relative to the project, with `/`, empty for the project itself. Not here: how such files are read.
"""

from typing import Final

import msgspec


class GoModule(msgspec.Struct, frozen=True, array_like=True):
    """What one `go.mod` says."""

    folder: str
    path: str
    """How imports name what lies in the folder."""
    replaced: dict[str, str] = {}
    """Paths of modules that are taken from a folder of the project instead → that folder."""


class GoWork(msgspec.Struct, frozen=True, array_like=True):
    """What one `go.work` says of the modules below it."""

    folder: str
    uses: tuple[str, ...]
    """Folders of the modules that see each other."""
    replaced: dict[str, str] = {}
    """As in a module, and before what that says."""


class PathMap(msgspec.Struct, frozen=True, array_like=True):
    """What the configuration of one folder says of imports that are not relative, in files that have none nearer."""

    folder: str
    base: str | None
    """Where they are looked for; None: not in the project."""
    paths: tuple[tuple[str, tuple[str, ...]], ...]
    """Patterns with at most one `*`, and where what they match is looked for, in order."""


class NpmPackage(msgspec.Struct, frozen=True, array_like=True):
    """A package of a workspace of npm."""

    folder: str
    name: str
    entries: tuple[tuple[str, tuple[str, ...]], ...]
    """What stands behind its name in an import (empty: nothing; at most one `*`), and where that is looked for, in order."""


class CargoPackage(msgspec.Struct, frozen=True, array_like=True):
    """What one `Cargo.toml` says of its package."""

    folder: str
    name: str
    """How code names its library."""
    library: str
    """The file of the library's root, whether there is one or not."""
    sees: dict[str, str] = {}
    """Names in code of dependencies that are in the project → their folders."""


class ImportMaps(msgspec.Struct, frozen=True, array_like=True):
    """All of a project, in the order of their paths."""

    go_modules: tuple[GoModule, ...] = ()
    go_works: tuple[GoWork, ...] = ()
    path_maps: tuple[PathMap, ...] = ()
    npm_packages: tuple[NpmPackage, ...] = ()
    cargo_packages: tuple[CargoPackage, ...] = ()
    python_dependencies: tuple[str, ...] = ()
    """First names by which code may import what the project requires from elsewhere, in small letters."""


NO_MAPS: Final = ImportMaps()
