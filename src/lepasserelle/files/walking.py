"""Which files of the project may be sources? Names and `stat` only; no source is opened (ignore files are).

Not here: what a file holds (see `source`). Invariant: every regular file below the project is either in `entries` or, itself or
through one of its folders, in `skipped` with a reason; no link is followed, so each file is found once, and no walk leaves the
project or loops.
"""

import os
import stat
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from lepasserelle.errors import ProjectError
from lepasserelle.files import naming, traits
from lepasserelle.files.ignore import IgnoreStack, Verdict, stack_for_project
from lepasserelle.files.language import language_of_name, may_change
from lepasserelle.files.marking import Marker
from lepasserelle.files.marks import own_folders
from lepasserelle.files.records import FileEntry, SkipReason, Walk, WalkRules, path_from_os
from lepasserelle.model import NodeFlag

_OWN_RULES: Final = frozenset({SkipReason.LEINDEX_IGNORED, SkipReason.EXCLUDED})
_PROGRESS_EVERY: Final = 200


class _Folder(NamedTuple):
    """A folder that is to be walked."""

    os_path: str
    path: str
    """Relative to the project with a slash at its end; empty for the project."""
    name: str
    above: str
    flags: int
    beside: frozenset[str]
    ignore: IgnoreStack
    wanted: bool
    """A rule of the user's brought it back, so that its name does not count against it."""


def walk(project: Path, rules: WalkRules, progress: Callable[[int], None] | None = None) -> Walk:
    """Every file below `project` that may be a source, and what was left out and why.

    `progress` is told now and then how many files were found. Raises `ProjectError` when the project is no readable folder.
    """
    entries: list[FileEntry] = []
    skipped: list[tuple[str, str]] = []
    told = 0
    real = resolve_project(project)
    marker = Marker(real, rules)
    for batch in _Walker(real, rules, skipped, marker).folders():
        entries += batch
        if progress is not None and len(entries) - told >= _PROGRESS_EVERY:
            told = len(entries)
            progress(told)
    entries.sort(key=_path)
    skipped.sort()
    if progress is not None:
        progress(len(entries))
    return Walk(entries, skipped, marker.marks(skipped))


def walk_folders(project: Path, rules: WalkRules) -> Iterator[list[FileEntry]]:
    """The entries of one folder after the other, in no particular order; for who wants to stop early. Raises `ProjectError`."""
    return _Walker(resolve_project(project), rules, []).folders()


def resolve_project(project: Path) -> Path:
    """The project's real folder. Raises `ProjectError` when there is none or it cannot be listed."""
    try:
        real = project.resolve(strict=True)
        with os.scandir(real):
            return real
    except FileNotFoundError as error:
        raise ProjectError(f"there is no folder {str(project)!r}. Give the path of the project's folder.") from error
    except NotADirectoryError as error:
        raise ProjectError(f"{str(project)!r} is not a folder. Give the path of the project's folder.") from error
    except ValueError as error:
        raise ProjectError(f"{str(project)!r} is no path: {error}. Give the path of the project's folder.") from error
    except (OSError, RuntimeError) as error:
        raise ProjectError(f"the folder {str(project)!r} cannot be read: {error}. Check its permissions.") from error


def _path(entry: FileEntry) -> str:
    # Code point order of str is byte order of UTF-8.
    return entry.path


class _Walker:
    """One walk. `folders` gives the entries of one folder after the other; what is left out goes to `skipped`."""

    def __init__(self, project: Path, rules: WalkRules, skipped: list[tuple[str, str]], marker: Marker | None = None) -> None:
        self._marker = marker
        self._root = str(project)
        self._rules = rules
        self._skipped = skipped
        self._languages = frozenset(rules.languages)
        self._own = own_folders(project, rules)
        self._ignore = stack_for_project(project, rules.exclude)

    def folders(self) -> Iterator[list[FileEntry]]:
        todo = [_Folder(self._root, "", "", "", 0, frozenset(), self._ignore, wanted=True)]
        while todo:
            folder = todo.pop()
            times = (0, 0) if self._marker is None else self._marker.times(folder.os_path)
            listing = self._list(folder)
            if listing is not None:
                names = frozenset([entry.name for entry in listing])
                if self._marker is not None:
                    self._marker.folder(folder.path, folder.os_path, times, listing, names)
                yield self._entries(folder, listing, names, todo)

    def _list(self, folder: _Folder) -> list[os.DirEntry[str]] | None:
        try:
            with os.scandir(folder.os_path) as listing:
                return list(listing)
        except FileNotFoundError:
            self._skip(folder.path, SkipReason.VANISHED)
        except OSError:
            self._skip(folder.path, SkipReason.UNREADABLE)
        return None

    def _entries(
        self, folder: _Folder, listing: list[os.DirEntry[str]], names: frozenset[str], todo: list[_Folder]
    ) -> list[FileEntry]:
        if not folder.wanted and (reason := naming.content_reason(folder.name, names)) is not None:
            self._skip(folder.path, reason)
            return []
        ignore = folder.ignore.with_files(folder.os_path, names)
        if self._marker is not None:
            self._marker.ignoring(ignore)
        flags = traits.folder_flags(folder.name, folder.above, folder.flags, folder.beside, names) if folder.path else 0
        found: list[FileEntry] = []
        copies = naming.distributed_copies(folder.path, names) if flags & NodeFlag.SECONDARY else frozenset[str]()
        for entry in listing:
            if entry.is_symlink():
                self._skip(folder.path + path_from_os(entry.name), link_reason(entry.path, self._root))
            elif entry.is_dir(follow_symlinks=False):
                self._folder(folder, entry, names, ignore, flags, todo)
            else:
                file = self._file(folder.path, entry, ignore, flags, is_copy=entry.name in copies)
                if file is not None:
                    found.append(file)
        return found

    def _folder(
        self, parent: _Folder, entry: os.DirEntry[str], names: frozenset[str], ignore: IgnoreStack, flags: int, todo: list[_Folder]
    ) -> None:
        name = entry.name
        path = f"{parent.path}{path_from_os(name)}/"
        said = ignore.verdict(name, is_folder=True)
        reason = self._folder_reason(name, entry.path, names, said)
        if reason is not None:
            self._skip(path, reason)
            return
        todo.append(_Folder(entry.path, path, name, parent.name, flags, names, ignore.enter(name), _brought_back(said)))

    def _folder_reason(self, name: str, os_path: str, beside: frozenset[str], said: Verdict | None) -> SkipReason | None:
        if os_path in self._own:
            return SkipReason.CACHE
        reason = naming.folder_reason(name, beside)
        if reason is not None and not (_brought_back(said) and reason is not SkipReason.VERSION_CONTROL):
            return reason
        return said.reason if said is not None and said.excluded else None

    def _file(self, prefix: str, entry: os.DirEntry[str], ignore: IgnoreStack, flags: int, *, is_copy: bool) -> FileEntry | None:
        name = entry.name
        known = _by_name(name)._replace(reason=SkipReason.DEPENDENCIES) if is_copy else _by_name(name)
        path = prefix + known.path
        reason = self._file_reason(known, path, ignore.verdict(name, is_folder=False))
        if reason is not None:
            self._skip(path, reason)
            return None
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            self._skip(path, SkipReason.VANISHED)
            return None
        except OSError:
            self._skip(path, SkipReason.UNREADABLE)
            return None
        if not stat.S_ISREG(status.st_mode):
            self._skip(path, SkipReason.SPECIAL)
        elif status.st_size > self._rules.max_file_bytes:
            self._skip(path, SkipReason.TOO_LARGE)
        else:
            return FileEntry(path, status.st_size, status.st_mtime_ns, known.language, flags | known.flags)
        return None

    def _file_reason(self, known: "_Name", path: str, said: Verdict | None) -> SkipReason | None:
        if known.reason is SkipReason.VERSION_CONTROL:
            return known.reason
        if (known.secret or naming.secret_place(path)) and not self._rules.include_secrets:
            return SkipReason.SECRET
        if said is not None and said.excluded:
            return said.reason
        if known.reason is not None and not _brought_back(said):
            return known.reason
        if self._languages and known.certain and known.language not in self._languages:
            return SkipReason.LANGUAGE
        return None

    def _skip(self, path: str, reason: SkipReason) -> None:
        self._skipped.append((path or "./", reason))


class _Name(NamedTuple):
    """All that a file's name says."""

    path: str
    """In the index's form."""
    language: str
    certain: bool
    """The content cannot give another language."""
    reason: SkipReason | None
    secret: bool
    flags: int


@lru_cache(maxsize=1 << 14)
def _by_name(name: str) -> _Name:
    # Names repeat (`__init__.py`, `index.ts`, `django.po`): asking once halves the time of a walk.
    language = language_of_name(name)
    certain = bool(language) and not may_change(name)
    path, flags = path_from_os(name), traits.file_flags(name, 0)
    if naming.is_ordinary(name):
        return _Name(path, language, certain, None, False, flags)
    reason = SkipReason.VERSION_CONTROL if name == ".git" else naming.file_reason(name)
    return _Name(path, language, certain, reason, naming.secret_name(name), flags)


def _brought_back(said: Verdict | None) -> bool:
    """Whether a rule made for LePasserelle asks for the entry (a `!` in a `.gitignore` only takes back what that file excluded)."""
    return said is not None and not said.excluded and said.reason in _OWN_RULES


def link_reason(os_path: str, root: str) -> SkipReason:
    """Why a link is not followed: what it points to is outside, nowhere, or found by its own path anyway."""
    try:
        target = os.path.realpath(os_path, strict=True)
    except (OSError, ValueError):
        return SkipReason.LINK_BROKEN
    return SkipReason.LINK_INSIDE if target == root or target.startswith(root.rstrip(os.sep) + os.sep) else SkipReason.LINK_OUTSIDE
