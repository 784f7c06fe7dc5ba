"""Turns what a run did into the records that a caller gets. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lepasserelle.files import SkipReason, by_reason
from lepasserelle.model import CUT_SHORT, Skipped
from lepasserelle.storage import IndexedFile
from lepasserelle.storage.manifest import LEFT_OUT

EXAMPLES: Final = 5
_LANGUAGE: Final = "language:"
PROBLEMS: Final = "problems"
"""Name of the count of syntax problems in a manifest."""

BROKEN_FILES: Final = "broken_files"
"""Name of the count of files that have some."""

LINKED_WITHIN: Final = "linked_within_bytes"
"""Name of the count of bytes that linking was granted, where calls may be missing for want of more; absent or 0 otherwise."""

_NOT_MISSED: Final = frozenset(
    {
        SkipReason.IGNORED,
        SkipReason.LEINDEX_IGNORED,
        SkipReason.EXCLUDED,
        SkipReason.VERSION_CONTROL,
        SkipReason.DEPENDENCIES,
        SkipReason.CACHE,
        SkipReason.BINARY,
        SkipReason.SPECIAL,
        SkipReason.LINK_INSIDE,
        SkipReason.LINK_OUTSIDE,
        SkipReason.LINK_BROKEN,
        SkipReason.VANISHED,
    }
)
"""What nobody expects a search to look at: no text, or somebody's rule says so."""


def skipped_by_reason(skipped: Iterable[tuple[str, str]]) -> tuple[Skipped, ...]:
    """(path, reason) counted by reason, the most frequent first, with a few examples each."""
    groups = by_reason(skipped)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Skipped(reason, len(paths), tuple(sorted(paths)[:EXAMPLES])) for reason, paths in ordered)


def languages_of(rows: Sequence[IndexedFile]) -> dict[str, int]:
    """Files by language, the most frequent first."""
    counts = Counter(row.key.language for row in rows)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def manifest_counts(
    rows: Sequence[IndexedFile], edges: int, calls_cut_short: bool = False, skipped: Iterable[tuple[str, str]] = ()
) -> dict[str, int]:
    """What status shows, and what answers say of what is left out, without opening a segment."""
    languages = {f"{_LANGUAGE}{name}": count for name, count in languages_of(rows).items()}
    return {
        "files": len(rows),
        "symbols": sum(row.definition_count for row in rows),
        "edges": edges,
        CUT_SHORT: int(calls_cut_short),
        **languages,
        **left_out_counts(skipped),
    }


def left_out_counts(skipped: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many files that may be text were left out, by reason, as a manifest has it; of build output how many folders, since
    nobody looks into them.
    """
    counts = Counter(
        reason
        for path, reason in skipped
        if reason not in _NOT_MISSED and path.endswith("/") is (reason == SkipReason.BUILD_OUTPUT)
    )
    return {f"{LEFT_OUT}{reason}": count for reason, count in counts.items()}


def problem_counts(problems: Sequence[int]) -> dict[str, int]:
    """Syntax problems and the files that have some, as a manifest has them; `problems`: how many each of those files has."""
    return {PROBLEMS: sum(problems), BROKEN_FILES: len(problems)}


def languages_of_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Files by language, out of `manifest_counts`."""
    return {name.removeprefix(_LANGUAGE): count for name, count in counts.items() if name.startswith(_LANGUAGE)}
