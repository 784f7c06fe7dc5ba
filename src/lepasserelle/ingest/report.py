"""Turns what a run did into the records that a caller gets. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lepasserelle.files import by_reason
from lepasserelle.model import CUT_SHORT, Skipped
from lepasserelle.storage import IndexedFile

EXAMPLES: Final = 5
_LANGUAGE: Final = "language:"


def skipped_by_reason(skipped: Iterable[tuple[str, str]]) -> tuple[Skipped, ...]:
    """(path, reason) counted by reason, the most frequent first, with a few examples each."""
    groups = by_reason(skipped)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Skipped(reason, len(paths), tuple(sorted(paths)[:EXAMPLES])) for reason, paths in ordered)


def languages_of(rows: Sequence[IndexedFile]) -> dict[str, int]:
    """Files by language, the most frequent first."""
    counts = Counter(row.key.language for row in rows)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def manifest_counts(rows: Sequence[IndexedFile], edges: int, calls_cut_short: bool = False) -> dict[str, int]:
    """What status shows without opening a segment."""
    languages = {f"{_LANGUAGE}{name}": count for name, count in languages_of(rows).items()}
    return {
        "files": len(rows),
        "symbols": sum(row.definition_count for row in rows),
        "edges": edges,
        CUT_SHORT: int(calls_cut_short),
        **languages,
    }


def languages_of_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Files by language, out of `manifest_counts`."""
    return {name.removeprefix(_LANGUAGE): count for name, count in counts.items() if name.startswith(_LANGUAGE)}
