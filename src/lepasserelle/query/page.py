"""Cuts an answer to a number of tokens: headings once, items as full as there is room for, and last lines on what was cut.

Not what the items say (`compact`). The tokens counted are those of the page's JSON form, in which a client may hand it to a model;
its plain text takes no more. Invariant: a page never takes more than the budget, and always at least one item of what is left, so
that cursors come to an end.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import xxhash

from lepasserelle.errors import QueryError
from lepasserelle.model import Page, Remarks, Request
from lepasserelle.query.tokens import estimate_tokens

LINE_CHARS: Final = 160
"""What `one_line` leaves of a text."""

_STAMP_CHARS: Final = 6
_MOST_ITEMS: Final = 10**9
_NOTES: Final = 1
_REMARK_TOKENS: Final = 32
_MOST_PARTS: Final = 9999
_BORDERS: Final = 8
"""Tokens that the borders of what is put together may take."""
_CUT: Final = "…"


class Item(msgspec.Struct, frozen=True):
    """One thing in an answer."""

    group: str
    """The line under which it stands, said once for all that follow each other; empty: none."""
    full: str
    """One or more lines."""
    short: str = ""
    """Where room is little; empty: the same as `full`."""


class Cursor(msgspec.Struct, frozen=True):
    """Where a page begins, in which answer."""

    start: int
    stamp: str

    @property
    def text(self) -> str:
        """As a caller gives it back."""
        return f"{self.start}.{self.stamp}"


def stamp(*parts: object) -> str:
    """Few characters that stand for a question and a generation: a cursor of another one is refused."""
    return xxhash.xxh3_64_hexdigest(repr(parts).encode("utf-8", "replace"))[:_STAMP_CHARS]


def identity(request: Request) -> object:
    """What two requests of one answer have in common: all but the place and the size of the page."""
    return type(request).__name__, msgspec.structs.astuple(msgspec.structs.replace(request, cursor="", max_tokens=0))


def read_cursor(text: str, expected: str) -> int:
    """Where to go on. Raises `QueryError` for what is no cursor of this question on this generation."""
    if not text:
        return 0
    start, _, given = text.partition(".")
    if not (start.isascii() and start.isdigit() and len(start) < len(str(_MOST_ITEMS)) and given):
        raise QueryError("that is no cursor; give the one that the cut answer ended with, or none")
    if given != expected:
        raise QueryError("this cursor is of another question, or the index has changed since; ask again without a cursor")
    return int(start)


def cut(
    items: Sequence[Item], budget: int, *, head: str = "", start: int = 0, stamped: str = "", remarks: Remarks | None = None
) -> Page:
    """The page of `items` that begins with number `start`. `head` stands on every page. Raises `QueryError` for a start behind the
    last item, and for a budget under `LEAST_TOKENS` that nothing fits in.
    """
    return _Cutter(items, budget, head, start, stamped, remarks or Remarks()).page()


def room(budget: int, remarks: Remarks) -> int:
    """What the text of `single` may take."""
    return budget - tokens_of(single("", _MOST_PARTS, _MOST_PARTS, "99.ffffff", remarks)) - _BORDERS


def single(text: str, shown: int, total: int, cursor: str, remarks: Remarks) -> Page:
    """A page whose text was cut to `room` already, with so many parts of so many in it."""
    lines = [text, *last_lines(remarks)]
    if cursor:
        lines.append(f"[{shown} of {total}; for more: cursor {cursor}]")
    return Page("\n".join(filter(None, lines)), shown, total, cursor, remarks.stale_files, bool(remarks.partial))


def tokens_of(page: Page) -> int:
    """What a page takes, in the larger of its two forms."""
    return estimate_tokens(msgspec.json.encode(page).decode())


def escaped_tokens(text: str) -> int:
    """What a text takes inside a JSON document; never less than by itself."""
    return estimate_tokens(msgspec.json.encode(text).decode()) - 2


def storable(text: str) -> str:
    """The text as every encoder takes it: halves of surrogate pairs become question marks."""
    return text.encode("utf-8", "replace").decode()


def one_line(text: str, most_chars: int = LINE_CHARS) -> str:
    """White space collapsed, cut with `…`."""
    joined = " ".join(storable(text).split())
    return joined if len(joined) <= most_chars else joined[: most_chars - 1] + "…"


def clip(text: str, tokens: int) -> str:
    """The longest beginning of a text that takes so many tokens inside JSON, with `…` where it was cut."""
    if escaped_tokens(text) <= tokens:
        return text
    low, high = 0, min(len(text), max(0, tokens) * 16)
    while low < high:
        middle = (low + high + 1) >> 1
        if escaped_tokens(text[:middle] + _CUT) <= tokens:
            low = middle
        else:
            high = middle - 1
    return text[:low] + _CUT if low else ""


class _Cutter:
    """Fills one page."""

    def __init__(self, items: Sequence[Item], budget: int, head: str, start: int, stamped: str, remarks: Remarks) -> None:
        if start and start >= len(items):
            raise QueryError("this cursor points behind the end of the answer; ask again without a cursor")
        self._items = items
        self._budget = budget
        self._start = start
        self._stamped = stamped
        self._remarks = remarks
        has_forms = any(item.short and item.short != item.full for item in items[start:])
        self._frame = tokens_of(self._wrap("", len(items), more=True, shortened=len(items) if has_forms else 0))
        self._head = clip(head, max(0, budget - self._frame) // 2)

    def page(self) -> Page:
        """Short forms first, in order, until one does not fit; then full ones, in order, where there is room."""
        free = self._budget - self._frame - escaped_tokens(self._head) - 2
        texts, free = self._shorts(free)
        if not texts and self._start < len(self._items):
            texts = [self._squeezed(free)]
        elif self._start + len(texts) == len(self._items):
            self._enlarge(texts, free)
        page = self._wrapped(texts)
        while texts and (over := tokens_of(page) - self._budget) > 0:
            if len(texts) > 1:
                texts.pop()
            elif not texts[0] and self._head:  # a long path takes what the head was given
                self._head = clip(self._head, max(0, escaped_tokens(self._head) - over - 1))
            elif not texts[0]:
                raise QueryError(f"max_tokens is {self._budget}, which is too little for what surrounds the answer; give more")
            else:
                texts[0] = clip(texts[0], max(0, escaped_tokens(texts[0]) - over - 1))
            page = self._wrapped(texts)
        return self._topped_up(page, texts)

    def _wrapped(self, texts: Sequence[str]) -> Page:
        end = self._start + len(texts)
        shortened = sum(text != item.full for text, item in zip(texts, self._items[self._start :], strict=False))
        return self._wrap(self._body(texts), end, more=end < len(self._items), shortened=shortened)

    def _topped_up(self, page: Page, texts: list[str]) -> Page:
        """With what still fits: prices are upper bounds, so that some room is left by them after many short lines. How many more
        there is room for is sought in steps that double and then halve, since a page of many lines takes milliseconds to count.
        """
        # A clipped one stands alone.
        is_whole = bool(texts) and texts[0] in (self._items[self._start].short, self._items[self._start].full)
        more = [item.short or item.full for item in self._items[self._start + len(texts) :]] if is_whole else []
        fitting, too_many, step = 0, len(more) + 1, 1
        while fitting + 1 < too_many:
            count = min(fitting + step, too_many - 1)
            longer = self._wrapped([*texts, *more[:count]])
            if tokens_of(longer) <= self._budget:
                page, fitting, step = longer, count, step * 2
            else:
                too_many, step = count, max(1, (count - fitting) // 2)
        return page

    def _shorts(self, free: int) -> tuple[list[str], int]:
        texts: list[str] = []
        group = ""
        for number in range(self._start, len(self._items)):
            item = self._items[number]
            text = item.short or item.full
            price = _price(text) + (_price(item.group) if item.group and item.group != group else 0)
            if price > free:
                break
            free -= price
            group = item.group
            texts.append(text)
        return texts, free

    def _enlarge(self, texts: list[str], free: int) -> None:
        for at in range(len(texts)):
            item = self._items[self._start + at]
            if item.short and item.full != item.short:
                price = _price(item.full) - _price(item.short)
                if price <= free:
                    texts[at] = item.full
                    free -= price

    def _squeezed(self, free: int) -> str:
        item = self._items[self._start]
        return clip(item.short or item.full, max(0, free - _price(item.group)))

    def _body(self, texts: Sequence[str]) -> str:
        lines = [self._head] if self._head else []
        group = ""
        for item, text in zip(self._items[self._start :], texts, strict=False):
            if item.group and item.group != group:
                lines.append(clip(item.group, self._budget // 4))
            group = item.group
            lines.append(text)
        return "\n".join(lines)

    def _wrap(self, body: str, end: int, *, more: bool, shortened: int) -> Page:
        cursor = Cursor(end, self._stamped).text if more else ""
        lines = [body, *last_lines(self._remarks)]
        if shortened:
            lines.append(f"[{shortened} shortened to fit; a larger max_tokens shows the rest]")
        if more or self._start:
            place = f"{self._start + 1}-{end} of {len(self._items)}"
            lines.append(f"[{place}; for more: cursor {cursor}]" if more else f"[{place}]")
        text = "\n".join(line for line in lines if line)
        shown, remarks = end - self._start, self._remarks
        return Page(text, shown, len(self._items), cursor, remarks.stale_files, bool(remarks.partial))


def _price(text: str) -> int:
    """What a text adds to a page, with the end of its line."""
    return escaped_tokens(text) + 3


def last_lines(remarks: Remarks) -> list[str]:
    """What the answer must say about itself, each line short enough for the smallest budget."""
    lines = [f"partial: {remarks.partial}"] if remarks.partial else []
    if remarks.stale_files:
        least = "at least " if remarks.stale_is_lower_bound else ""
        files = "1 file has" if remarks.stale_files == 1 else f"{remarks.stale_files} files have"
        lines.append(f"{least}{files} changed since the index was made")
    lines += remarks.notes[:_NOTES]
    return [f"[{clip(storable(line), _REMARK_TOKENS)}]" for line in lines]
