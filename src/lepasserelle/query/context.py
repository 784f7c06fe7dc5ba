"""What to put into an answer of so many tokens: whole definitions first, then heads, then fragments; and what had to stay out.

Not retrieval, and it reads nothing: it is given candidates with ready texts. Invariant: the text that comes out, with its headings
and its last line, never takes more than the budget by the given measure.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from lepasserelle.model import ContextPart
from lepasserelle.query.tokens import estimate_tokens

WHOLE_SHARE: Final = 0.7
"""So much of the budget goes to whole definitions before heads and relations are thought of."""

_LAST_LINE_TOKENS: Final = 48
_NAMES_TOLD: Final = 3


Measure = Callable[[str], int]
"""Tokens of a text, as an upper bound."""

Render = Callable[[ContextPart], str]
"""A part with its heading."""


class Candidate(msgspec.Struct, frozen=True):
    """Something that could be in the answer, best first in its list."""

    node: int
    part: ContextPart
    """Without text."""
    forms: tuple[tuple[str, Callable[[], str]], ...]
    """(form, its text), the fullest first: `whole`, `head`, `fragment`."""
    inside: frozenset[int] = frozenset()
    """Nodes around it: where one of them is there whole, so is this."""


class Packed(msgspec.Struct, frozen=True):
    """What fits."""

    parts: tuple[ContextPart, ...]
    left_out: tuple[str, ...]
    """Names of the candidates that did not fit in any form, best first."""
    text: str
    tokens: int
    nodes: frozenset[int] = frozenset()
    """Of the parts."""
    whole: frozenset[int] = frozenset()
    """Those of them that are there whole."""

    def rest(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those that are not in the answer, neither by themselves nor inside of another one."""
        return [one for one in candidates if one.node not in self.nodes and self.whole.isdisjoint(one.inside)]


class Packer:
    """Fills one answer. `measure`: what a text takes; `render`: how a part is said."""

    def __init__(self, title: str, budget: int, measure: Measure = estimate_tokens, render: Render | None = None) -> None:
        self._render = rendered if render is None else render
        self._title = title
        self._budget = budget
        self._measure = measure
        self._free = budget - measure(title) - min(_LAST_LINE_TOKENS, budget // 4)
        self._taken: dict[int, ContextPart] = {}
        self._whole: set[int] = set()
        self._order: list[int] = []

    def pack(self, hits: Sequence[Candidate], related: Sequence[Candidate]) -> Packed:
        """Whole hits up to their share; heads and fragments of the other hits; heads of what they call and are called by; and
        whole again where room is left.
        """
        kept = self._free
        self._free = int(kept * WHOLE_SHARE)
        for candidate in hits:
            self._take(candidate, {"whole"})
        self._free += kept - int(kept * WHOLE_SHARE)
        for candidate in hits:
            self._take(candidate, {"head", "fragment"})
        for candidate in related:
            self._take(candidate, {"head", "fragment"})
        for candidate in [*hits, *related]:
            self._enlarge(candidate)
        return self._result([*hits, *related])

    def _is_there(self, candidate: Candidate) -> bool:
        return candidate.node in self._taken or not self._whole.isdisjoint(candidate.inside)

    def _take(self, candidate: Candidate, forms: set[str]) -> None:
        """Take the fullest of these forms that fits."""
        if self._is_there(candidate):
            return
        for form, text in candidate.forms:
            if form in forms and self._put(candidate, form, text()):
                return

    def _enlarge(self, candidate: Candidate) -> None:
        """A head becomes the whole where there is room now."""
        taken = self._taken.get(candidate.node)
        form, text = candidate.forms[0]
        if taken is None or taken.form == "whole" or form != "whole":
            return
        self._free += taken.tokens
        if not self._put(candidate, form, text()):
            self._free -= taken.tokens

    def _put(self, candidate: Candidate, form: str, text: str) -> bool:
        part = msgspec.structs.replace(candidate.part, form=form, text=text)
        tokens = self._measure(self._render(part)) + 1
        if not text or tokens > self._free:
            return False
        self._free -= tokens
        if candidate.node not in self._taken:
            self._order.append(candidate.node)
        self._taken[candidate.node] = msgspec.structs.replace(part, tokens=tokens)
        if form == "whole":
            self._whole.add(candidate.node)
        return True

    def _result(self, candidates: Sequence[Candidate]) -> Packed:
        around = {candidate.node: candidate.inside for candidate in candidates}
        places = {candidate.node: place for place, candidate in reversed(list(enumerate(candidates)))}
        shown = [node for node in self._order if self._whole.isdisjoint(around[node])]
        shown.sort(key=places.__getitem__)
        while True:
            there = set(shown)
            left_out = dict.fromkeys(
                candidate.part.symbol
                for candidate in candidates
                if candidate.node not in there and self._whole.isdisjoint(candidate.inside)
            )
            parts = [self._taken[node] for node in shown]
            for names in range(_NAMES_TOLD, -1, -1):
                text = self._title + "".join(map(self._render, parts)) + _last_line(tuple(left_out), names)
                if (tokens := self._measure(text)) <= self._budget:
                    return Packed(tuple(parts), tuple(left_out), text, tokens, frozenset(shown), frozenset(self._whole))
            if not shown:
                return Packed((), tuple(left_out), "", 0)
            self._whole.discard(shown.pop())


def rendered(part: ContextPart) -> str:
    """A part with its heading."""
    place = f"{part.path}:{part.start_line}-{part.end_line}"
    role = f", {part.role} {part.of}" if part.of else ""
    return f"\n## {place} {part.kind} {part.symbol} ({part.form}{role})\n{part.text}\n"


def _last_line(left_out: Sequence[str], names: int) -> str:
    if not left_out:
        return ""
    told = ", ".join(left_out[:names])
    return f"\nLeft out: {len(left_out)} more{', such as ' + told if told else ''}.\n"
