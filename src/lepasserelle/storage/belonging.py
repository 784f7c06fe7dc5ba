"""Whose an index folder is: whether what lies there is an index, so that nothing of the user's is overwritten, and whether it is
that of the project that is asked about. Writes nothing.

A damaged index, and one whose first run was killed at any step, is taken for an index: it must be rebuilt. So one unmistakable sign
is enough. Without any, a folder that holds something is somebody else's.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lepasserelle.durable.atomic import is_temporary
from lepasserelle.durable.regular import NotAFileError, open_regular
from lepasserelle.errors import IndexFolderError
from lepasserelle.project import INDEX_FOLDER
from lepasserelle.storage import layout

_HEAD_BYTES: Final = 4096
_FORMAT_WORD: Final = b'"format": "lepasserelle"'
"""The manifest's first member."""
_IGNORES_ALL: Final = b"*\n"
_WRITERS: Final = frozenset({layout.SEGMENTS, layout.GENERATIONS, layout.WRITE_LOCK})
"""What each writer has made before it writes anything else. Nobody else has all three."""
_OWN: Final = _WRITERS | {
    layout.QUARANTINE,
    layout.SPILLED,
    layout.SLOW_TIER,
    layout.TIER_ORDER,
    layout.ACCESS_LOG,
    layout.SERVER_LOG,
}
"""What may be all that is there: a first run was killed, or the rest was deleted by hand."""
_LOOKED_AT: Final = 1_000
"""Files that are looked for in a project before they are said to be of another one."""
_ELSEWHERE: Final = (
    "Give `--index-dir` (or the setting `index_dir`) a folder that is empty or not there yet, or leave it out: then the index is "
    f"{INDEX_FOLDER} in the project"
)


def checked_folder(folder: Path, project: Path) -> Path:
    """`folder`, which need not exist. Raises `IndexFolderError` unless the index of `project` (a real path) may be there."""
    real = Path(os.path.realpath(folder))
    if project.is_relative_to(real):
        what = "is the project itself" if real == project else f"holds the project {project}"
        raise IndexFolderError(f"{real} {what}, so it can be no folder for the index. Nothing was written. {_ELSEWHERE}")
    check_content(folder)
    return folder


def check_content(folder: Path) -> None:
    """Raise `IndexFolderError` when `folder` holds something and none of it says that it is an index."""
    if folder.name == INDEX_FOLDER or _has_format_word(folder / layout.MANIFEST):
        return
    try:
        names = set(os.listdir(folder))  # noqa: PTH208  # names only
    except OSError:
        return  # there is none, or it cannot be listed: whoever wants to write there says so
    if _has_sign(folder, names):
        return
    strange = sorted(name for name in names if not _may_be_left(folder, name))
    if strange:
        raise IndexFolderError(
            f"{folder} holds what is no index of LePasserelle, such as {strange[0]!r}. Nothing was written. {_ELSEWHERE}"
        )


def check_project(recorded: str, folder: Path, project: Path, *, takes_over: bool = False) -> None:
    """Raise `IndexFolderError` when the index in `folder`, made for `recorded`, is that of another project than `project`.

    An index inside its project goes where that goes, moved or copied. With `takes_over` (who indexes), one whose project is gone is
    that of a project that was moved.
    """
    if recorded in {"", project_text(project)} or _same(Path(recorded), project) or _travels(Path(recorded), folder, project):
        return
    is_there = os.path.exists(recorded)  # noqa: PTH110  # a path with a NUL in it is not there
    if takes_over and not is_there:
        return
    way = (
        f"To use this one for {project}, delete {folder} first"
        if is_there
        else f"{recorded} is not there any more: if it is {project} now, `leindex index` with the same folder takes the index on"
    )
    raise IndexFolderError(
        f"the index in {folder} is that of {recorded}, not of {project}. Give each project a folder of its own, by `--index-dir` "
        f"or the setting `index_dir`, or leave it out: then the index is {INDEX_FOLDER} in the project. {way}"
    )


def check_files(paths: Sequence[str], folder: Path, project: Path) -> None:
    """Raise `IndexFolderError` when what is left of an index whose manifest is lost has facts of `paths` only, none of which is in
    `project`: it is that of another one, which can still rebuild it.
    """
    if not paths or Path(os.path.realpath(folder)).is_relative_to(project):
        return
    if any(os.path.lexists(project / path) for path in paths[:_LOOKED_AT]):
        return
    raise IndexFolderError(
        f"the index in {folder} has lost its manifest, and is not that of {project}: none of its files is there, such as "
        f"{paths[0]!r}. `leindex index` with the project that it is of rebuilds it. {_ELSEWHERE}; or delete {folder} first"
    )


def project_text(project: Path | str) -> str:
    """The project's path as a manifest has it: what is no UTF-8 is escaped."""
    return str(project).encode("utf-8", "backslashreplace").decode("utf-8")


def _same(recorded: Path, project: Path) -> bool:
    """Whether two paths are one folder."""
    try:
        return recorded.samefile(project)
    except (OSError, ValueError):
        return False


def _travels(recorded: Path, folder: Path, project: Path) -> bool:
    """Whether the index lies in the project, and is not the one of a project inside that shares a folder with it."""
    real = Path(os.path.realpath(folder))
    is_default = real == project / INDEX_FOLDER
    return is_default or (real.is_relative_to(project) and not (recorded.is_relative_to(project) and recorded.exists()))


def _has_sign(folder: Path, names: set[str]) -> bool:
    """Whether something is there that only an index has, whole or damaged."""
    return (
        any(name.startswith(layout.LESTOCKAGE) for name in names)
        or names >= _WRITERS
        or any(layout.is_segment_name(name) for name in _names(folder / layout.SEGMENTS))
        or any(layout.segment_of_copy(name) is not None for name in _names(folder / layout.FROZEN))
    )


def _may_be_left(folder: Path, name: str) -> bool:
    """Whether an index of which next to nothing is there (yet) may have a file of that name, with that in it."""
    if name == layout.GITIGNORE:
        return _head(folder / name) in {_IGNORES_ALL, b""}
    if name in {layout.SEGMENTS, layout.GENERATIONS}:
        return all(is_temporary(inside) or inside.partition(".")[0].isdigit() for inside in _names(folder / name))
    return name.removesuffix("-wal").removesuffix("-shm") in _OWN or is_temporary(name)


def _has_format_word(path: Path) -> bool:
    return _FORMAT_WORD in _head(path)


def _head(path: Path) -> bytes:
    """The first bytes of a regular file; none where there is no such file."""
    try:
        with open_regular(path) as file:
            return file.read(_HEAD_BYTES)
    except (OSError, NotAFileError):
        return b""


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  # names only
    except OSError:
        return []
