"""The page that answers a request for lines: one for all ways in which lines are found."""

from collections.abc import Sequence
from typing import Final

from lepasserelle.errors import QueryError
from lepasserelle.model import Page, Remarks, SearchRequest, TextMatch
from lepasserelle.query import page
from lepasserelle.query.dialects import read_otherwise
from lepasserelle.query.literal import Lines
from lepasserelle.query.patterns import Pattern

_MATCH_CHARS: Final = 240


def line_pattern(request: SearchRequest) -> Pattern:
    """What a request of mode `literal` or `regex` looks for. Raises `QueryError`."""
    if request.kind:
        raise QueryError(f"mode `{request.mode}` finds lines, which have no kind; leave `kind` out")
    return Pattern(request.query, request.mode == "regex", request.ignore_case, request.whole_word)


def line_page(request: SearchRequest, found: Lines, fingerprint: bytes, remarks: Remarks) -> Page:
    """The lines, cut to the request's budget. `fingerprint`: of the generation. Raises `QueryError` for another answer's cursor."""
    stamped = page.stamp(fingerprint, page.identity(request))
    start = page.read_cursor(request.cursor, stamped)
    told = read_otherwise(request.query) if request.mode == "regex" else ""
    items, head = matches(found.matches), lines_head(found) + (f" [as RE2: {told}]" if told else "")
    return page.cut(items, request.max_tokens, head=head, start=start, stamped=stamped, remarks=remarks)


def lines_head(found: Lines) -> str:
    """How many lines that is, and whether it is all of them."""
    files = found.file_count
    left = f"; {found.files_left} files were not looked at to the end, for the time was over" if found.files_left else ""
    if not found.matches:
        return f"nothing found{left}"
    count = len(found.matches)
    about = "" if found.is_all else "at least " if left else "more than "
    return f"{about}{count} {'line' if count == 1 else 'lines'} in {files} {'file' if files == 1 else 'files'}{left}"


def matches(found: Sequence[TextMatch]) -> Sequence[page.Item]:
    """Lines that hold a text, by file."""

    def item(number: int) -> page.Item:
        match = found[number]
        return page.Item(match.path, f"{match.line}: {page.one_line(match.text, _MATCH_CHARS)}")

    return page.OneForm(len(found), item)
