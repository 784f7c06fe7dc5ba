"""What the indexed configuration files of a project say about where imports lead, out of the texts that lestockage holds of them.

The files are part of the index: what they said when a generation was made is what it is linked by, and a change of one makes the
index stale as that of any file does.
"""

import posixpath
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from lepasserelle.model.import_maps import NO_MAPS, ImportMaps
from lepasserelle.storage import IndexedFile, Lestockage

_LANGUAGES: Final = frozenset({"json", "go_mod", "yaml", "toml"})
"""Those of all files that are read here, but for what says what a project of Python requires."""
_REQUIRING: Final = ("setup.py", "setup.cfg")


def import_maps(lestockage: Lestockage, files: Iterable[IndexedFile]) -> ImportMaps:
    """What these files say. Raises `DamagedFacts`."""
    rows = {file.path: file for file in files if _is_read(file)}
    if not rows:
        return NO_MAPS  # without the readers, which take longer to import than all else that an edit needs here
    from lepasserelle.files.cargo_packages import cargo_packages
    from lepasserelle.files.go_modules import MODULE_FILE, WORK_FILE, read_module, read_work
    from lepasserelle.files.npm_packages import npm_packages
    from lepasserelle.files.path_maps import path_maps
    from lepasserelle.files.python_dependencies import python_dependencies

    read = partial(_text, lestockage, rows)
    modules = [read_module(posixpath.dirname(path), read(path) or "") for path in _named(rows, MODULE_FILE)]
    return ImportMaps(
        tuple(module for module in modules if module is not None),
        tuple(read_work(posixpath.dirname(path), read(path) or "") for path in _named(rows, WORK_FILE)),
        path_maps(rows, read),
        npm_packages(rows, read),
        cargo_packages(rows, read),
        python_dependencies(rows, read),
    )


def say_the_same(lestockage: Lestockage, pairs: Sequence[tuple[IndexedFile, IndexedFile]], changed: Iterable[int]) -> bool:
    """Whether all files, before and now, say the same about imports; `changed`: where a pair differs. Raises `DamagedFacts`."""
    if not any(_is_read(pairs[number][1]) for number in changed):
        return True
    return import_maps(lestockage, (before for before, _ in pairs)) == import_maps(lestockage, (now for _, now in pairs))


def _is_read(file: IndexedFile) -> bool:
    return file.key.language in _LANGUAGES or file.path.endswith(_REQUIRING) or "requirements" in file.path


def _named(paths: Iterable[str], name: str) -> list[str]:
    return [path for path in paths if posixpath.basename(path) == name]


def _text(lestockage: Lestockage, rows: dict[str, IndexedFile], path: str) -> str | None:
    row = rows.get(path)
    if row is None:
        return None
    from lepasserelle.storage.text import unpack_text

    ((_, frame),) = lestockage.blobs("text", [row])
    return unpack_text(frame).decode("utf-8", "replace")
