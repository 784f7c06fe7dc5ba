"""Cuts an answer to a number of tokens: headings once, items as full as there is room for, and last lines on what was cut.

Not what the items say (`compact`). The tokens counted are those of the page's JSON form, in which a client may hand it to a model;
its plain text takes no more. Invariant: a page never takes more than the budget, and always at least one item of what is left, so
that cursors come to an end.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate, islice
from typing import Final, NamedTuple, overload

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.model import Page, Remarks
from lepasserelle.model.pages import UNCOUNTED
from lepasserelle.query.cursors import Cursor
from lepasserelle.query.line_costs import LineCosts, escaped_tokens
from lepasserelle.query.tokens import estimate_tokens
from lepasserelle.wording import counted

LINE_CHARS: Final = 160
"""What `one_line` leaves of a text."""

_NOTES: Final = 1
_REMARK_TOKENS: Final = 32
_MOST_PARTS: Final = 9999
_BORDERS: Final = 8
"""Tokens that the borders of what is put together may take."""
_CUT: Final = "…"
_SIGN: Final = "!"
"""A text of one token, whatever stands around it."""
_COUNTED_FIRST: Final = 32
_COUNTED_MOST: Final = 1024


class Item(msgspec.Struct, frozen=True):
    """One thing in an answer."""

    group: str
    """The line under which it stands, said once for all that follow each other; empty: none."""
    full: str
    """One or more lines."""
    short: str = ""
    """Where room is little; empty: the same as `full`."""


class OneForm(Sequence[Item]):
    """Items without a short form, each made when it is asked for: of ten thousand a page has room for some."""

    def __init__(self, count: int, make: Callable[[int], Item]) -> None:
        self._numbers = range(count)
        self._make = cache(make)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> list[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | list[Item]:
        numbers = self._numbers[at]
        return self._make(numbers) if isinstance(numbers, int) else [self._make(number) for number in numbers]


class Part(NamedTuple):
    """Which part of which answer a page shows."""

    start: int = 0
    """Number of its first item."""
    stamped: str = ""
    goes_on: bool = False
    """There are more items than those that are known."""


def cut(
    items: Sequence[Item], budget: int, *, head: str = "", start: int = 0, stamped: str = "", remarks: Remarks | None = None
) -> Page:
    """The page of `items` that begins with number `start`. `head` stands on every page. Raises `QueryError` for a start behind the
    last item, and for a budget under `LEAST_TOKENS` that nothing fits in.
    """
    return cut_part(items, budget, Part(start, stamped), head, remarks or Remarks())


def cut_part(items: Sequence[Item], budget: int, part: Part, head: str, remarks: Remarks) -> Page:
    """The same of a part."""
    return _Cutter(items, budget, part, head, remarks).page()


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


def storable(text: str) -> str:
    """The text as every encoder takes it: halves of surrogate pairs become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


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


class _Body(NamedTuple):
    """Lines of a page."""

    lines: list[str]
    tokens: int
    """What they take inside the page."""
    end: int
    """Number of the first item behind them."""
    shortened: int
    """So many items are not as they are in full."""


class _Cutter:
    """Fills one page. What a page takes is a sum over its lines, so that trying one does not mean making it."""

    def __init__(self, items: Sequence[Item], budget: int, part: Part, head: str, remarks: Remarks) -> None:
        start, self._stamped, self._goes_on = part
        if start and start >= len(items):
            raise QueryError("this cursor points behind the end of the answer; ask again without a cursor")
        self._items = items
        self._budget = budget
        self._start = start
        self._remarks = remarks
        self._costs = LineCosts()
        has_forms = not isinstance(items, OneForm) and any(item.short and item.short != item.full for item in items[start:])
        self._frame = tokens_of(self._wrap("", len(items), shortened=len(items) if has_forms else 0, more=True))
        self._head = clip(head, max(0, budget - self._frame) // 2)

    def page(self) -> Page:
        """The items that fit, in order."""
        body = self._longest() if isinstance(self._items, OneForm) else None
        body = body or self._in_two_forms()
        return self._wrap("\n".join(body.lines), body.end, shortened=body.shortened)

    def _longest(self) -> _Body | None:
        """As many items as there is room for, of such as have one form; None: not even the first one has it. All lines are counted
        at once, so that what is sought is where their sums pass the budget.
        """
        lines = [self._head] if self._head else []
        sums = [self._costs.of(self._head)] if lines else []
        ends: list[int] = []
        group = ""
        for ahead in self._batches():
            self._costs.count([*{item.group for item in ahead}])
            more: list[str] = []
            for item in ahead:
                if item.group and item.group != group:
                    more.append(self._heading(item.group))
                group = item.group
                more.append(item.full)
                ends.append(len(lines) + len(more))
            costs = self._costs.of_each(more)
            if not lines:
                costs[0] = self._costs.of(more[0])
            sums += [*accumulate(costs, initial=sums[-1])][1:] if sums else accumulate(costs)
            lines += more
            if sums[-1] > self._budget:
                break

        def taken(count: int) -> int:
            end = ends[count - 1]
            return self._tokens(_Body(lines[: min(end, 1)], sums[end - 1], self._start + count, 0))

        counts = range(1, len(ends) + 1)
        fitting = len(ends) if ends and taken(len(ends)) <= self._budget else bisect_right(counts, self._budget, key=taken)
        return _Body(lines[: ends[fitting - 1]], sums[ends[fitting - 1] - 1], self._start + fitting, 0) if fitting else None

    def _in_two_forms(self) -> _Body:
        """Short forms first, in order, until one does not fit; then full ones, in order, where there is room."""
        free = self._budget - self._frame - escaped_tokens(self._head) - 2
        texts, free = self._shorts(free)
        if not texts and self._start < len(self._items):
            texts = [self._squeezed(free)]
        elif self._start + len(texts) == len(self._items):
            self._enlarge(texts, free)
        body = self._body(texts)
        while texts and (over := self._tokens(body) - self._budget) > 0:
            if len(texts) > 1:
                texts.pop()
            elif not self._costs.of(texts[0]) and self._costs.of(self._head):  # a long path takes what the head was given
                self._head = clip(self._head, max(0, escaped_tokens(self._head) - over - 1))
            elif not self._costs.of(texts[0]):
                raise QueryError(f"max_tokens is {self._budget}, which is too little for what surrounds the answer; give more")
            else:
                texts[0] = clip(texts[0], max(0, escaped_tokens(texts[0]) - over - 1))
            body = self._body(texts)
        if texts and texts[0] in (self._items[self._start].short, self._items[self._start].full):  # a clipped one stands alone
            body = self._topped_up(body)
        return body

    def _body(self, texts: Sequence[str]) -> _Body:
        lines = [self._head] if self._head else []
        group = ""
        for at, text in enumerate(texts):
            heading = self._items[self._start + at].group
            if heading and heading != group:
                lines.append(self._heading(heading))
            group = heading
            lines.append(text)
        shortened = sum(text != self._items[self._start + at].full for at, text in enumerate(texts))
        return _Body(lines, self._costs.joined(lines), self._start + len(texts), shortened)

    def _heading(self, group: str) -> str:
        return group if self._costs.of(group) <= self._budget // 4 else clip(group, self._budget // 4)

    def _tokens(self, body: _Body) -> int:
        """What its page takes."""
        if not body.tokens and not any(body.lines):
            return tokens_of(self._wrap("", body.end, shortened=body.shortened))
        return body.tokens + tokens_of(self._wrap(_SIGN, body.end, shortened=body.shortened)) - 1

    def _topped_up(self, body: _Body) -> _Body:
        """With what still fits: prices are upper bounds, so that some room is left by them after many short lines. How many more
        there is room for is sought in steps that double and then halve, since what surrounds the lines takes its time to count.
        """
        further = self._further(body)
        more = [body]
        fitting, too_many, step = 0, len(self._items) - body.end + 1, 1
        while fitting + 1 < too_many:
            count = min(fitting + step, too_many - 1)
            more += islice(further, max(0, count + 1 - len(more)))
            if self._tokens(more[count]) <= self._budget:
                fitting, step = count, step * 2
            else:
                too_many, step = count, max(1, (count - fitting) // 2)
        lines = [line for longer in more[1 : fitting + 1] for line in longer.lines]
        return more[fitting]._replace(lines=body.lines + lines)

    def _further(self, body: _Body) -> Iterator[_Body]:
        """One item more each time: only the lines that come with it, but what all of them take."""
        group = self._items[body.end - 1].group
        for number in range(body.end, len(self._items)):
            item = self._items[number]
            text = item.short or item.full
            lines = [self._heading(item.group), text] if item.group and item.group != group else [text]
            group = item.group
            tokens = body.tokens + sum(map(self._costs.below, lines))
            body = _Body(lines, tokens, number + 1, body.shortened + (text != item.full))
            yield body

    def _shorts(self, free: int) -> tuple[list[str], int]:
        texts: list[str] = []
        group = ""
        for item in self._counted():
            text = item.short or item.full
            price = self._price(text) + (self._price(item.group) if item.group and item.group != group else 0)
            if price > free:
                break
            free -= price
            group = item.group
            texts.append(text)
        return texts, free

    def _counted(self) -> Iterator[Item]:
        """The items; ever more of them are counted at once."""
        for ahead in self._batches():
            self._costs.count([item.short or item.full for item in ahead])
            yield from ahead

    def _batches(self) -> Iterator[Sequence[Item]]:
        at, count = self._start, _COUNTED_FIRST
        while at < len(self._items):
            yield self._items[at : at + count]
            at, count = at + count, min(2 * count, _COUNTED_MOST)

    def _price(self, text: str) -> int:
        """What a text adds to a page at most, with the end of its line."""
        return self._costs.of(text) + 3

    def _enlarge(self, texts: list[str], free: int) -> None:
        for at in range(len(texts)):
            item = self._items[self._start + at]
            if item.short and item.full != item.short:
                price = self._price(item.full) - self._price(item.short)
                if price <= free:
                    texts[at] = item.full
                    free -= price

    def _squeezed(self, free: int) -> str:
        item = self._items[self._start]
        return clip(item.short or item.full, max(0, free - self._price(item.group)))

    def _wrap(self, body: str, end: int, *, shortened: int, more: bool = False) -> Page:
        """The page whose last item is number `end` - 1; `more`: as if others came behind it."""
        more = more or self._goes_on or end < len(self._items)
        cursor = Cursor(end, self._stamped).text if more else ""
        lines = [body, *last_lines(self._remarks)]
        if shortened:
            lines.append(f"[{shortened} shortened to fit; a larger max_tokens shows the rest]")
        if more or self._start:
            known = f"more than {len(self._items)}" if self._goes_on else len(self._items)
            place = f"{self._start + 1}-{end} of {known}"
            lines.append(f"[{place}; for more: cursor {cursor}]" if more else f"[{place}]")
        text = "\n".join(line for line in lines if line)
        shown, remarks = end - self._start, self._remarks
        return Page(text, shown, len(self._items), cursor, remarks.stale_files, bool(remarks.partial))


def last_lines(remarks: Remarks) -> list[str]:
    """What the answer must say about itself, each line short enough for the smallest budget."""
    lines = [f"partial: {remarks.partial}"] if remarks.partial else []
    if remarks.stale_files:
        least = "at least " if remarks.stale_is_lower_bound else ""
        lines.append(f"{least}{counted(remarks.stale_files, 'file has', 'files have')} changed since the index was made")
    elif remarks.stale_is_lower_bound:
        lines.append(UNCOUNTED)
    lines += filter(None, (remarks.left_out, remarks.cut))
    lines += remarks.notes[:_NOTES]
    return [f"[{clip(storable(line), _REMARK_TOKENS)}]" for line in lines]
