"""Every line with a match, of one generation: which files may have one, what they are called, and what they hold.

Not the search of a file (`literal`), and not which parts are open: the graph's names of files, text and trigrams are lent. Loads no
numpy, so that a command that asks one question need not.
"""

from functools import partial
from typing import TYPE_CHECKING, Protocol

from lepasserelle.errors import QueryError
from lepasserelle.query.globs import glob_pattern, nothing_meant
from lepasserelle.query.literal import MOST_MATCHES, Lines, find_text
from lepasserelle.query.patterns import Pattern, matcher

if TYPE_CHECKING:
    from lepasserelle.lexical.trigram_index import TrigramIndex


class Named(Protocol):
    """What files are called."""

    @property
    def file_count(self) -> int:
        """How many there are."""

    def file_path(self, file: int) -> str:
        """Posix path, relative to the project."""

    def file_named(self, path: str) -> int:
        """The file with this path."""

    def file_language(self, file: int) -> str:
        """Lower-case name."""


class Texts(Protocol):
    """What files hold."""

    def read(self, file_index: int) -> bytes:
        """The whole text of a file."""


def lines_with(
    names: Named,
    text: Texts,
    trigrams: "TrigramIndex",
    pattern: Pattern,
    path: str | None,
    language: str | None,
    most: int = MOST_MATCHES,
    skip: int = 0,
) -> Lines:
    """At most so many lines with a match, the first `skip` only counted, of files that may have one by their trigrams. `path` is a
    glob. Raises `QueryError`.
    """
    looked_for = matcher(pattern)
    glob = glob_pattern(path) if path is not None else None
    wanted = language.strip().lower() if language is not None else None
    if wanted is not None and not any(names.file_language(file) == wanted for file in range(names.file_count)):
        raise QueryError(f"no file in language {language!r}; `status` says which there are")
    may_match = trigrams.files(looked_for.needed)
    named = ((names.file_path(file), file) for file in may_match if wanted is None or names.file_language(file) == wanted)
    sources = (
        (name, partial(text.read, file), partial(trigrams.line_counts, file))
        for name, file in named
        if glob is None or glob.matches(name)
    )
    found = find_text(sources, looked_for, most, skip=skip)
    if glob is not None and not found.count and not any(glob.matches(names.file_path(file)) for file in range(names.file_count)):
        raise nothing_meant(path or "")
    return found
