"""Which crates do the `Cargo.toml` of a project name, and which of them does each package see?

By the manifest format of Cargo's reference: a package's library is called as `[lib] name` says, else as the package with `_` for
`-`, and lies where `[lib] path` says, else in `src/lib.rs`. Of dependencies only those with a `path` are in the project, directly
or through `[workspace.dependencies]`. Invariant: what is damaged or unexpected says nothing.
"""

import posixpath
import tomllib
from collections.abc import Iterable, Iterator
from typing import Final

from lepasserelle.files.documents import Document, Read, inside, table
from lepasserelle.model.import_maps import CargoPackage

CARGO_FILE: Final = "Cargo.toml"
_SECTIONS: Final = ("dependencies", "dev-dependencies", "build-dependencies")
_MOST_CHARACTERS: Final = 262_144
"""A longer manifest is not read."""


def cargo_packages(paths: Iterable[str], read: Read) -> tuple[CargoPackage, ...]:
    """All packages of a project, in the order of their folders."""
    manifests = {posixpath.dirname(path): _document(read(path)) for path in sorted(paths) if posixpath.basename(path) == CARGO_FILE}
    return tuple(
        CargoPackage(folder, _called(manifest), _library(folder, manifest), dict(_seen(folder, manifest, manifests)))
        for folder, manifest in manifests.items()
        if _called(manifest)
    )


def _document(text: str | None) -> Document:
    if not text or len(text) > _MOST_CHARACTERS:
        return {}
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _called(manifest: Document) -> str:
    """The library's name in code; empty where the manifest has no package."""
    package, said = table(manifest, "package").get("name"), table(manifest, "lib").get("name")
    name = said if isinstance(said, str) else package
    return name.replace("-", "_") if isinstance(name, str) and isinstance(package, str) else ""


def _library(folder: str, manifest: Document) -> str:
    said = table(manifest, "lib").get("path")
    return inside(folder, said if isinstance(said, str) else "src/lib.rs") or ""


def _seen(folder: str, manifest: Document, manifests: dict[str, Document]) -> Iterator[tuple[str, str]]:
    """(name in code, folder of the package) of the dependencies that are in the project."""
    for name, said in _dependencies(manifest):
        place = _place(folder, name, said, manifests)
        if place is not None and (called := _called(manifests.get(place, {}))):
            yield name.replace("-", "_") if "package" in said else called, place


def _dependencies(manifest: Document) -> Iterator[tuple[str, Document]]:
    targets = table(manifest, "target").values()
    for holder in (manifest, *(target for target in targets if isinstance(target, dict))):
        for section in _SECTIONS:
            yield from ((name, said) for name, said in table(holder, section).items() if isinstance(said, dict))


def _place(folder: str, name: str, said: Document, manifests: dict[str, Document]) -> str | None:
    """The folder of a dependency, as the package or the nearest workspace above says."""
    path = said.get("path")
    while said.get("workspace") is True and not isinstance(path, str):
        path = table(table(table(manifests.get(folder, {}), "workspace"), "dependencies"), name).get("path")
        if not folder or isinstance(path, str):
            break
        folder = posixpath.dirname(folder)
    return inside(folder, path) if isinstance(path, str) else None
