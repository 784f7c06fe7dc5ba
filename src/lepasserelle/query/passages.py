"""A passage of a definition that is too long to be shown: its head, and the lines around the one that answers.

Not which line that is: the search says so. Invariant: lines are whole, and what was left out between and behind is told by number.
"""

from typing import Final

PASSAGE_LINES: Final[dict[str, int]] = {"passage": 12, "wide passage": 40, "widest passage": 120}
"""Forms of a passage, and the lines that each takes around its middle."""


def passage(head: str, source: str, first_line: int, line: int, lines: int) -> str:
    """`head`, then at most `lines` lines of `source` around `line`; `first_line` is the number of the source's first one.

    Begins at the start of a statement and ends before one where that is near: at an empty line, else where the text is indented
    no deeper than the line that answers.
    """
    texts = source.split("\n")
    middle = min(max(line - first_line, 0), len(texts) - 1)
    start, end = max(0, middle - lines // 3), min(len(texts), middle + lines - lines // 3)
    start, end = _border(texts, start, middle), _end(texts, middle, end)
    shown = [text.rstrip() for text in texts[start:end]]
    before, behind = first_line + start, first_line + end
    told = [head, f"… lines {before}-{behind - 1}:", *shown]
    if end < len(texts):
        told.append(f"… to line {first_line + len(texts) - 1}")
    return "\n".join(told)


def _border(texts: list[str], start: int, middle: int) -> int:
    """The first place from `start` on where a statement begins."""
    deepest = _indent(texts[middle])
    found = (at for at in range(start, middle) if texts[at].strip() and _indent(texts[at]) <= deepest)
    return next(found, middle)


def _end(texts: list[str], middle: int, end: int) -> int:
    """The last place up to `end` before which a statement ends."""
    if end == len(texts):
        return end
    deepest = _indent(texts[middle])
    found = (at for at in range(end, middle, -1) if not texts[at].strip() or _indent(texts[at]) <= deepest)
    return next(found, end)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
