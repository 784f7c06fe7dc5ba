"""Which ignore files hold in a folder, and what do they say together?

Precedence, strongest first, as git has it with one addition: the setting `exclude` · `.leindexignore` from the folder up to the
project · `.gitignore` from the folder up to the top of its repository (also above the project) · `.git/info/exclude`. A
repository inside the project has rules of its own, as for git. Not here: the user's global git excludes (an index must not
depend on whose home it was made in) and git's list of tracked files (a tracked file that is ignored is left out). Invariant: an
`IgnoreStack` is immutable; a folder without ignore files shares its parent's.
"""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from lepasserelle.files.gitignore import IgnoreFile, as_bytes_text
from lepasserelle.files.records import SkipReason

GITIGNORE: Final = ".gitignore"
LEINDEXIGNORE: Final = ".leindexignore"
_LIMIT_BYTES: Final = 4 << 20
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class _Layer(NamedTuple):
    patterns: IgnoreFile
    cut: int
    """How many characters of an entry's anchored path stand before the part relative to this file's folder."""
    reason: SkipReason


class Verdict(NamedTuple):
    """What the rules say of an entry."""

    excluded: bool
    reason: SkipReason


class IgnoreStack:
    """The rules that hold for the entries of one folder.

    `anchor` is the bytes text of the folder's path from the topmost ignore file's folder, with a slash at its end or empty.
    """

    __slots__ = ("_git", "_info", "_own", "anchor")

    def __init__(self, anchor: str, own: tuple[_Layer, ...], git: tuple[_Layer, ...], info: tuple[_Layer, ...]) -> None:
        self.anchor = anchor
        self._own = own
        self._git = git
        self._info = info

    def verdict(self, name: str, is_folder: bool) -> Verdict | None:
        """What the strongest rule that knows the entry `name` (as `os` gives it) of this folder says; None when no rule does."""
        if not (self._own or self._git or self._info):
            return None
        plain = as_bytes_text(name)
        path = self.anchor + plain
        for layers in (self._own, self._git, self._info):
            for patterns, cut, reason in layers:
                said = patterns.verdict(plain, path[cut:] if patterns.needs_path else plain, is_folder)
                if said is not None:
                    return Verdict(said, reason)
        return None

    @property
    def brings_back(self) -> bool:
        """Whether a rule made for LePasserelle may ask for something that is dropped by its name."""
        return any(layer.patterns.has_exceptions for layer in self._own)

    def enter(self, name: str) -> "IgnoreStack":
        """The rules for the folder `name` of this one, before its own ignore files are read."""
        return IgnoreStack(f"{self.anchor}{as_bytes_text(name)}/", self._own, self._git, self._info)

    def with_files(self, folder: str, names: frozenset[str] | set[str]) -> "IgnoreStack":
        """These rules and those of the ignore files among the `names` in `folder`, whose stack this is."""
        own, git, info, cut = self._own, self._git, self._info, len(self.anchor)
        if ".git" in names and (top := git_exclude(folder)) is not None:
            git, info = (), _layer(top, cut, SkipReason.IGNORED)
        if GITIGNORE in names:
            git = _layer(read_rules(f"{folder}/{GITIGNORE}"), cut, SkipReason.IGNORED) + git
        if LEINDEXIGNORE in names:
            mine = _layer(read_rules(f"{folder}/{LEINDEXIGNORE}"), cut, SkipReason.LEINDEX_IGNORED)
            setting = tuple(layer for layer in own if layer.reason is SkipReason.EXCLUDED)
            own = setting + mine + own[len(setting) :]
        if own is self._own and git is self._git and info is self._info:
            return self
        return IgnoreStack(self.anchor, own, git, info)


def stack_for_project(project: Path, exclude: tuple[str, ...]) -> IgnoreStack:
    """The rules that hold in the project's root before its own ignore files are read.

    When the project lies inside a git repository, that repository's rules between its top and the project hold too, unless they
    exclude the project itself: whoever asks for a folder by name wants it.
    """
    outer = _outer_rules(project)
    setting = _layer(_compiled("\n".join(exclude).encode("utf-8", "surrogateescape")), len(outer.anchor), SkipReason.EXCLUDED)
    return IgnoreStack(outer.anchor, setting, outer._git, outer._info)  # noqa: SLF001  # same class


def _outer_rules(project: Path) -> IgnoreStack:
    """The rules of the repository around the project, anchored at its top; none when it excludes the project or there is none."""
    nothing = IgnoreStack("", (), (), ())
    top = next((folder for folder in project.parents if (folder / ".git").exists()), None)
    if top is None or (project / ".git").exists():
        return nothing
    stack, folder = nothing, top
    for part in project.relative_to(top).parts:
        names = {name for name in (".git", GITIGNORE) if (folder / name).exists()}
        stack = stack.with_files(str(folder), names)
        said = stack.verdict(part, is_folder=True)
        if said is not None and said.excluded:
            return nothing
        stack, folder = stack.enter(part), folder / part
    return stack


def git_exclude(folder: str) -> IgnoreFile | None:
    """The patterns of `.git/info/exclude` of the repository whose top is `folder`; None when its `.git` is no repository."""
    git = _repository(Path(folder, ".git"))
    return read_rules(str(git / "info" / "exclude")) if (git / "HEAD").is_file() else None


def _repository(git: Path) -> Path:
    return _linked_repository(git) if git.is_file() else git


def rule_files(folder: str, names: frozenset[str] | set[str]) -> Iterator[tuple[str, bool]]:
    """(path, whether what it holds counts, or only that it is there) of all that `with_files` looks at."""
    if ".git" in names:
        git = _repository(Path(folder, ".git"))
        yield f"{folder}/.git", Path(folder, ".git").is_file()
        yield str(git / "commondir"), True
        yield str(git / "HEAD"), False
        yield str(git / "info" / "exclude"), True
    yield from ((f"{folder}/{name}", True) for name in (GITIGNORE, LEINDEXIGNORE) if name in names)


def outer_rule_files(project: Path) -> Iterator[tuple[str, bool]]:
    """The same of what is looked at above the project."""
    top = next((folder for folder in project.parents if (folder / ".git").exists()), None)
    for folder in project.parents:
        yield f"{folder}/.git", False
        if top is not None:
            yield from rule_files(str(folder), {".git"} if folder == top else frozenset())
            yield f"{folder}/{GITIGNORE}", True
        if folder == top:
            return


def _linked_repository(file: Path) -> Path:
    """The repository that a `.git` file (worktree, submodule) points to; for a worktree the one it shares its excludes with."""
    try:
        text = _read(str(file)).decode("utf-8", "surrogateescape")
        git = file.parent / text.partition("gitdir:")[2].strip()
        common = git / "commondir"
        return git / common.read_text().strip() if common.is_file() else git
    except (OSError, ValueError):
        return file


def read_rules(path: str) -> IgnoreFile:
    """The ignore file at `path`, compiled; empty when it cannot be read or is a link (git does not follow those either)."""
    try:
        return _compiled(_read(path))
    except OSError:
        return _compiled(b"")


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | _NOFOLLOW)
    try:
        return os.read(descriptor, _LIMIT_BYTES)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=512)
def _compiled(content: bytes) -> IgnoreFile:
    return IgnoreFile(content)


def _layer(patterns: IgnoreFile, cut: int, reason: SkipReason) -> tuple[_Layer, ...]:
    return (_Layer(patterns, cut, reason),) if patterns else ()
