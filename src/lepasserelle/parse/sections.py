"""Texts without a grammar, cut into SECTION windows so that they can be found.

Markdown (and reStructuredText) by heading, TOML and INI by table, SQL by statement, everything else by runs of lines that end at a
blank line. Windows follow each other without gap or overlap, except that the sections of headings nest.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lepasserelle.model import Definition, FileFacts, NodeKind
from lepasserelle.parse.lines import Lines

WINDOW_LINES = 60
"""Lines of a run; it goes on to the next blank line, at most to `LONGEST_LINES`."""

LONGEST_LINES = 90
NAME_LIMIT = 80
"""Characters of the longest name of a section."""

LIMIT = 20_000
"""Sections kept of one file; the last one reaches to the end."""

_HEADING = re.compile(rb"^(#{1,6})[ \t]+(.+?)[ \t#]*\r?$|^(?P<under>[^\s#>|-].*)\r?\n(=+|-+)[ \t]*\r?$", re.MULTILINE)
_FENCE = re.compile(rb"^[ \t]{0,3}(```+|~~~+)", re.MULTILINE)
_TITLE = re.compile(rb"^(?P<title>\S.*)\r?\n(?P<mark>[=\-~^\"'`#*+:.])(?P=mark){2,}[ \t]*\r?$", re.MULTILINE)
_TABLE = re.compile(rb"^[ \t]*\[{1,2}[ \t]*([^\[\]\r\n]+?)[ \t]*\]{1,2}[ \t]*(?:[#;].*)?\r?$", re.MULTILINE)
_STATEMENT = re.compile(rb"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(?P<tag>\$\w*\$).*?(?P=tag)|--[^\n]*|/\*.*?\*/|(?P<end>;)", re.DOTALL)
_CREATED = re.compile(
    rb"(?i)\b(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:(?:global|local|temp|temporary|unique|materialized|recursive|definer)\s+)*"
    rb"(?:table|view|index|function|procedure|trigger|type|schema|sequence|database|extension|policy|role)\s+(?:concurrently\s+)?"
    rb"(?:if\s+(?:not\s+)?exists\s+)?([\w.\"`\[\]]+)"
)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a section begins: byte, name, and its rank (a section holds those of a higher rank that follow it)."""

    position: int
    name: str
    rank: int = 1


def cut(data: bytes, language: str) -> FileFacts:
    """The facts of a text: its module and one SECTION a window, nested where headings nest."""
    lines = Lines(data)
    cutter = _CUTTERS.get(language, _runs)
    starts = list(cutter(data, lines))[:LIMIT] or list(_runs(data, lines))[:LIMIT]
    module = Definition("", int(NodeKind.MODULE), -1, 0, len(data), 1, max(1, lines.count))
    return FileFacts(language=language, package="", definitions=(module, *_nested(starts, data, lines)), line_count=lines.count)


def _nested(starts: list[Start], data: bytes, lines: Lines) -> list[Definition]:
    ends = _ends(starts, len(data))
    sections: list[Definition] = []
    open_sections: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        while open_sections and open_sections[-1][0] >= start.rank:
            open_sections.pop()
        parent = open_sections[-1][1] if open_sections else 0
        open_sections.append((start.rank, len(sections) + 1))
        first = lines.at(start.position)
        last = lines.at(max(start.position, end - 1))
        title = _title(data[start.position : end].split(b"\n", 1)[0])
        sections.append(
            Definition(
                start.name,
                int(NodeKind.SECTION),
                parent,
                start.position,
                end,
                first,
                last,
                signature=title,
                body_byte=start.position,
            )
        )
    return sections


def _ends(starts: list[Start], size: int) -> list[int]:
    """A section ends where the next of its own or a lower rank begins."""
    ends = [size] * len(starts)
    waiting: list[int] = []
    for index, start in enumerate(starts):
        while waiting and starts[waiting[-1]].rank >= start.rank:
            ends[waiting.pop()] = start.position
        waiting.append(index)
    return ends


def _title(text: bytes) -> str:
    return " ".join(text.decode("utf-8", "replace").replace("\x00", " ").split())[:NAME_LIMIT]


def _headings(data: bytes, _lines: Lines) -> Iterator[Start]:
    """Markdown: `#` and underlined headings outside fenced code."""
    fenced = _fenced(data)
    reached = 0
    for found in _HEADING.finditer(data):
        while reached < len(fenced) and fenced[reached][1] <= found.start():
            reached += 1
        if reached < len(fenced) and fenced[reached][0] <= found.start():
            continue
        if found.group("under") is not None:
            yield Start(found.start(), _title(found.group("under")) or "?", 1 if found.group(4)[:1] == b"=" else 2)
        else:
            yield Start(found.start(), _title(found.group(2)) or "?", len(found.group(1)))


def _fenced(data: bytes) -> list[tuple[int, int]]:
    spans = []
    opened: tuple[int, bytes] | None = None
    for fence in _FENCE.finditer(data):
        mark = fence.group(1)
        if opened is None:
            opened = (fence.start(), mark)
        elif mark.startswith(opened[1]):
            spans.append((opened[0], fence.end()))
            opened = None
    if opened is not None:
        spans.append((opened[0], len(data)))
    return spans


def _underlined(data: bytes, _lines: Lines) -> Iterator[Start]:
    """reStructuredText: underlined titles, ranked in the order in which their marks first appear."""
    ranks: dict[bytes, int] = {}
    for found in _TITLE.finditer(data):
        rank = ranks.setdefault(found.group("mark"), len(ranks) + 1)
        yield Start(found.start(), _title(found.group("title")) or "?", rank)


def _tables(data: bytes, _lines: Lines) -> Iterator[Start]:
    """TOML and INI: `[table]` and `[[table]]`; what stands before the first is a window of its own."""
    first = True
    for found in _TABLE.finditer(data):
        if first and data[: found.start()].strip():
            yield Start(0, _title(data.lstrip().split(b"\n", 1)[0]) or "?")
        first = False
        yield Start(found.start(), _title(found.group(1)) or "?")


def _statements(data: bytes, _lines: Lines) -> Iterator[Start]:
    """SQL: one window a statement, named by what it creates, else by its first words."""
    begin = 0
    ends = [found.end() for found in _STATEMENT.finditer(data) if found.group("end")]
    for end in (*ends, len(data)):
        text = data[begin:end]
        place = begin + len(text) - len(text.lstrip())
        if text.strip(b"; \t\r\n"):
            created = _CREATED.search(data, place, min(end, place + 2000))
            name = _title(created.group(1).strip(b'"`[]')) if created else _title(data[place : place + 200])
            yield Start(place, name or "?")
        begin = end


def _runs(data: bytes, lines: Lines) -> Iterator[Start]:
    """Runs of about `WINDOW_LINES` lines that end at a blank line where there is one; named by their first line."""
    begin = 1
    while begin <= lines.count:
        position = lines.start_of(begin)
        following = _next_run(data, lines, begin)
        stop = lines.start_of(following) if following <= lines.count else len(data)
        text = data[position : min(stop, position + 4000)].lstrip()
        if text:
            yield Start(position, _title(text.split(b"\n", 1)[0]) or f"line {begin}")
        begin = following


def _next_run(data: bytes, lines: Lines, begin: int) -> int:
    for line in range(begin + WINDOW_LINES, min(begin + LONGEST_LINES, lines.count) + 1):
        before = data[lines.start_of(line - 1) : lines.start_of(line)]
        if not before.strip():
            return line
    return begin + WINDOW_LINES if begin + WINDOW_LINES <= lines.count else lines.count + 1


_CUTTERS: dict[str, Callable[[bytes, Lines], Iterator[Start]]] = {
    "markdown": _headings,
    "rst": _underlined,
    "restructuredtext": _underlined,
    "toml": _tables,
    "ini": _tables,
    "sql": _statements,
}
