"""Which packages do the workspaces of npm, Yarn and pnpm name, and where are their sources?

A package counts where the `workspaces` of a `package.json` above it, or the `packages` of a `pnpm-workspace.yaml`, name its
folder: so a fixture called like a library is none. Built files that are not in the project stand for their sources: `dist/a.js`
for `src/a`. Invariant: what is damaged or unexpected says nothing.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Final

from lepasserelle.files.documents import Document, Read, inside, json_object
from lepasserelle.model.import_maps import NpmPackage

PACKAGE_FILE: Final = "package.json"
PNPM_FILE: Final = "pnpm-workspace.yaml"

_ITEM: Final = re.compile(r"""^\s*-\s*["']?([^"'#\n]+?)["']?\s*(?:#.*)?$""")
_BUILT: Final = re.compile(r"(?:^|(?<=/))(?:dist|lib|build|out|cjs|esm|es)(?=/)")
_TYPES: Final = (".d.ts", ".d.mts", ".d.cts")
_FIELDS: Final = ("source", "module", "main", "types", "typings")
_MOST_NESTED: Final = 8
"""Conditions within conditions of `exports`."""


def npm_packages(paths: Iterable[str], read: Read) -> tuple[NpmPackage, ...]:
    """The packages of all workspaces, in the order of their paths; of several of one name the first."""
    manifests, named = dict[str, Document](), list[tuple[str, str]]()
    for path in sorted(paths):
        folder, name = posixpath.split(path)
        if name == PACKAGE_FILE:
            manifests[folder] = json_object(read(path) or "") or {}
            named += [(folder, pattern) for pattern in _workspaces(manifests[folder].get("workspaces"))]
        elif name == PNPM_FILE:
            named += [(folder, pattern) for pattern in _listed(read(path) or "")]
    if not named:
        return ()
    members = re.compile("|".join(_as_pattern(posixpath.normpath(posixpath.join(folder, one))) for folder, one in named))
    found: dict[str, NpmPackage] = {}
    for folder, manifest in sorted(manifests.items()):
        called = manifest.get("name")
        if isinstance(called, str) and called and folder and members.fullmatch(folder):
            found.setdefault(called, NpmPackage(folder, called, tuple(_entries(folder, manifest))))
    return tuple(found.values())


def _workspaces(said: object) -> list[str]:
    listed = said.get("packages") if isinstance(said, dict) else said
    return [one for one in listed if isinstance(one, str) and one[:1] != "!"] if isinstance(listed, list) else []


def _listed(text: str) -> Iterator[str]:
    """The items of `packages:`; all else of the YAML is not looked at."""
    is_within = False
    for line in text.splitlines():
        if line[:1].strip() and line[:1] not in "-#":
            is_within = line.startswith("packages:")
        found = _ITEM.match(line) if is_within else None
        if found is not None and found[1][0] != "!":
            yield found[1]


def _as_pattern(glob: str) -> str:
    return re.escape(glob).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")


def _entries(folder: str, manifest: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(what stands behind the package's name, where that is looked for); at most one `*` in each."""
    exported = manifest.get("exports")
    parts = exported if isinstance(exported, dict) and any(key[:1] == "." for key in exported) else {".": exported}
    said = [target for field in _FIELDS if isinstance(target := manifest.get(field), str)]
    for key in sorted({".", *parts}):
        targets = [*_targets(parts.get(key), 0), *(said if key == "." else ())]
        guesses = ["src/index", "index"] if key == "." else []
        found = [path for target in targets for path in _sources(target)] + guesses
        places = (inside(folder, path) for path in found)
        yield key[2:], tuple(dict.fromkeys(place for place in places if place is not None))
    if exported is None:
        yield "*", tuple(place for path in ("*", "src/*") if (place := inside(folder, path)) is not None)


def _targets(said: object, depth: int) -> Iterator[str]:
    """The paths of an entry of `exports`, whatever they are for."""
    if isinstance(said, str):
        yield said
    elif depth < _MOST_NESTED and isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from _targets(one, depth + 1)


def _sources(target: str) -> Iterator[str]:
    """A path, and the source that it is built of: in `src` instead of the first folder for what is built, without its suffix."""
    yield target
    stem = next((target.removesuffix(suffix) for suffix in _TYPES if target.endswith(suffix)), posixpath.splitext(target)[0])
    yield stem
    for source in ("src", ""):
        moved = _BUILT.sub(source, stem, count=1)
        if moved != stem:
            yield posixpath.normpath(moved.replace("//", "/").lstrip("/"))
