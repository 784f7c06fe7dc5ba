"""The page that answers a request for lines: one for all ways in which lines are found."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.model import Page, Remarks, SearchRequest, TextMatch
from lepasserelle.query import cursors, page
from lepasserelle.query.dialects import read_otherwise
from lepasserelle.query.literal import MOST_MATCHES, Lines
from lepasserelle.query.patterns import Pattern
from lepasserelle.wording import counted, visible

_MATCH_CHARS: Final = 240
_BUILDS: Final = "build output"
"""The reason whose figure counts folders."""

LINES_A_PAGE: Final = 2_500
"""So many more are looked for at a time: about what the largest budget has room for (docs/decisions/303)."""


class AskedLines(NamedTuple):
    """What a request for lines asks of a generation."""

    pattern: Pattern
    most: int
    """So many lines are to be found, from the first one on."""
    start: int
    """The page begins behind so many."""
    stamped: str
    """What a cursor of this answer says of it."""


def asked_lines(request: SearchRequest, fingerprint: bytes) -> AskedLines:
    """What a request of mode `literal` or `regex` asks of the generation with this fingerprint. Raises `QueryError`, also for a
    cursor of another answer.
    """
    if request.kind:
        raise QueryError(f"mode `{request.mode}` finds lines, which have no kind; leave `kind` out")
    pattern = Pattern(request.query, request.mode == "regex", request.ignore_case, request.whole_word)
    stamped = cursors.stamp(fingerprint, cursors.identity(request))
    start = cursors.read_cursor(request.cursor, stamped)
    return AskedLines(pattern, start + LINES_A_PAGE, start, stamped)


def line_page(request: SearchRequest, asked: AskedLines, found: Lines, remarks: Remarks, left_out: Mapping[str, int]) -> Page:
    """The lines that were found, cut to the request's budget. `left_out`: files that are not in the index, by reason; the first
    page says so. Raises `QueryError`.
    """
    if not asked.start:
        remarks = msgspec.structs.replace(remarks, left_out=left_out_told(left_out))
    told = read_otherwise(request.query) if request.mode == "regex" else ""
    items, head = matches(found.matches, found.passed), lines_head(found) + (f" [as RE2: {told}]" if told else "")
    part = page.Part(asked.start, asked.stamped, found.goes_on)
    return page.cut_part(items, request.max_tokens, part, head, remarks)


def line_notes(pattern: Pattern, found: Lines) -> list[str]:
    """What is not in a list of all lines, for want of time or because there is too much, and how a pattern was read."""
    told = read_otherwise(pattern.text) if pattern.is_regex else ""
    notes = [f"as RE2: {told}"] if told else []
    if found.files_left:
        notes.append(f"the time was over: {_left(found)} not looked at to the end")
    elif found.goes_on and len(found.matches) >= MOST_MATCHES:  # fewer are those that were asked for
        notes.append(f"there are more lines than the {MOST_MATCHES} that are given at most")
    return notes


def line_document(
    text: str, matches: Sequence[TextMatch], stale: Remarks, left_out: Mapping[str, int], notes: Sequence[str]
) -> dict[str, object]:
    """All lines as a record for JSON. `stale`: its figures of newer files."""
    return {
        "text": text,
        "matches": matches,
        "stale_files": stale.stale_files,
        "stale_is_lower_bound": stale.stale_is_lower_bound,
        "not_searched": left_out,
        "notes": notes,
    }


def left_out_told(left_out: Mapping[str, int]) -> str:
    """Which files and folders a search did not look at, in words."""
    files = {reason: count for reason, count in left_out.items() if reason != _BUILDS}
    folders, count = left_out.get(_BUILDS, 0), sum(files.values())
    told = [f"{counted(count, 'file is', 'files are')} not searched: {_by_reason(files)}"] if files else []
    if folders:
        told.append(f"{counted(folders, 'folder of build output is', 'folders of build output are')} not searched")
    return "; ".join(told)


def _by_reason(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in counts.items())


def lines_head(found: Lines) -> str:
    """How many lines that is, and whether it is all of them."""
    left = f"; {_left(found)} not looked at to the end, for the time was over" if found.files_left else ""
    count = found.count
    if not count:
        return f"nothing found{left}"
    about = "" if found.is_all else "at least " if left else "more than "
    return f"{about}{counted(count, 'line')} in {counted(found.file_count, 'file')}{left}"


def _left(found: Lines) -> str:
    return counted(found.files_left, "file was", "files were")


def matches(found: Sequence[TextMatch], passed: int = 0) -> Sequence[page.Item]:
    """Lines that hold a text, by file, behind so many that were `passed` and are not asked for."""

    def item(number: int) -> page.Item:
        match = found[number - passed]
        return page.Item(visible(match.path), f"{match.line}: {page.one_line(match.text, _MATCH_CHARS)}")

    return page.OneForm(passed + len(found), item)
