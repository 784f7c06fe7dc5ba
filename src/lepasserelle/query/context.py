"""What to put into an answer of so many tokens: the most value a token, whole definitions where they fit, else heads or fragments;
and what had to stay out.

Not retrieval, and it reads nothing: it is given candidates with what they are worth and ready texts. Invariant: the text that comes
out, with its headings and its last line, never takes more than the budget by the given measure.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from lepasserelle.model import ContextPart
from lepasserelle.query.knapsack import NOTHING, Form, Item, choose
from lepasserelle.query.passages import PASSAGE_LINES
from lepasserelle.query.tokens import estimate_tokens
from lepasserelle.wording import visible

SHARES: Final[dict[str, float]] = {
    "fragment": 0.2,
    "head": 0.35,
    "passage": 0.4,
    "wide passage": 0.401,
    "widest passage": 0.402,
    "whole": 1.0,
}
"""What a form is worth beside the whole definition, by rising worth. A passage is worth little more than
the head that it begins with, and a wider one hardly more: they take room that no whole definition needs. Dearer ones cost whole
definitions of other files.
"""

_LONG_SHARE: Final = 0.5
"""What takes more of the room than this is too long to be shown whole beside other answers, and may be a passage."""

DEEP_SHARES: Final = (0.4, 0.2)
"""Of the room, for definitions and passages of the best hits' files."""

_ROOMY_TOKENS: Final = 2000
"""In less than so many the share is smaller as well: heads of other files come first there."""

DEEP: Final = len(DEEP_SHARES)

FULL_TOKENS: Final = 100
"""Shorter candidates are worth as much less."""

_SURE_SHARE: Final = 0.1
"""Of the room, at most, is for it: more costs whole definitions of other files."""

_SURE_VALUE: Final = 1000.0
"""Makes the passage of the best candidate worth more than all else."""

_LAST_LINE_TOKENS: Final = 48
_NAMES_TOLD: Final = 3
_CHARS_A_TOKEN: Final = 8
"""Of a text that is long: before all of it is measured, so much of it is as would be too much already."""


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
    """(form, its text): `whole`, `head`, `fragment`, or a passage in one of its widths, which is told as a fragment."""
    inside: frozenset[int] = frozenset()
    """Nodes around it: where one of them is there whole, so is this."""
    value: float = 1.0
    """What it is worth whole, beside others."""
    rank: int | None = None
    """Of the hit that it is, or under which it was folded, from 0; None for what is only near."""


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

    def pack(self, candidates: Sequence[Candidate]) -> Packed:
        """The forms of these candidates that are worth most within the budget, in the order of the candidates."""
        places = {candidate.node: place for place, candidate in enumerate(candidates)}
        forms = [self._forms(candidate) for candidate in candidates]
        items = [
            Item(
                candidate.value * _weight(has),
                tuple(form for _, form in has),
                tuple(places[node] for node in candidate.inside if node in places),
            )
            for candidate, has in zip(candidates, forms, strict=True)
        ]
        for place, form in self._deep(candidates, forms).items():
            forms[place], items[place] = [form], _sure(items[place], [form])
        chosen = choose(items, self._free)
        if chosen and (sure := self._passages_of_first(candidates[0], forms[0], chosen[0])):
            forms[0], items[0] = sure, _sure(items[0], sure)
            chosen = choose(items, self._free)
        if chosen and (head := self._least_of_first(items[0], forms[0], chosen)):
            forms[0], items[0] = head, _sure(items[0], head)
            chosen = choose(items, self._free)
        shown = [
            (candidate, self._part(candidate, *has[form]))
            for candidate, has, form in zip(candidates, forms, chosen, strict=True)
            if form != NOTHING
        ]
        return self._result(shown, candidates)

    def _least_of_first(self, first: Item, has: list[tuple[str, Form]], chosen: Sequence[int]) -> list[tuple[str, Form]]:
        """The shortest form of the best candidate, where it is not there in any and fits."""
        is_there = chosen[0] != NOTHING or any(chosen[place] != NOTHING for place in first.inside)
        return [] if is_there or not has else has[:1]

    def _deep(self, candidates: Sequence[Candidate], forms: Sequence[Sequence[tuple[str, Form]]]) -> dict[int, tuple[str, Form]]:
        """The best hits and what is folded under them, in which form each is to be there: whole, or as a passage, as many as their
        share of the room holds, the best first.
        """
        found: dict[int, tuple[str, Form]] = {}
        whole: set[int] = set()
        for rank, share in enumerate(DEEP_SHARES):
            left = self._free * share * min(1.0, self._budget / _ROOMY_TOKENS)
            places = [place for place, candidate in enumerate(candidates) if candidate.rank == rank]
            around = {node for place in places for node in candidates[place].inside}
            for place in places:
                candidate, has = candidates[place], forms[place]
                if has and has[-1][0] == "whole" and has[-1][1].tokens <= left and whole.isdisjoint(candidate.inside):
                    found[place] = has[-1]
                    whole.add(candidate.node)
                    left -= has[-1][1].tokens
            for place in places:
                candidate = candidates[place]
                if place in found or candidate.node in around or not whole.isdisjoint(candidate.inside):
                    continue
                if cut := self._widest_passage(candidate, left):
                    found[place] = cut
                    left -= cut[1].tokens
        return found

    def _widest_passage(self, candidate: Candidate, room: float) -> tuple[str, Form] | None:
        """The widest of its passages that takes no more than so many tokens."""
        texts = dict(candidate.forms)
        for name in reversed([name for name in PASSAGE_LINES if name in texts]):
            tokens = self._tokens(candidate, name, texts[name]())
            if tokens is not None and tokens <= room:
                return name, Form(tokens, SHARES[name])
        return None

    def _passages_of_first(self, first: Candidate, has: list[tuple[str, Form]], chosen: int) -> list[tuple[str, Form]]:
        """The one passage that the best candidate is to be there with, where a head or fragment of it was chosen."""
        texts = dict(first.forms)
        if chosen == NOTHING or has[chosen][0] not in ("head", "fragment") or "passage" not in texts:
            return []
        tokens = self._tokens(first, "passage", texts["passage"]())
        return [("passage", Form(tokens, SHARES["passage"]))] if tokens is not None and tokens <= self._free * _SURE_SHARE else []

    def _forms(self, candidate: Candidate) -> list[tuple[str, Form]]:
        """What the forms take that could be in the answer, by rising worth; a form that takes no less than a better one is none."""
        texts = dict(candidate.forms)
        found: list[tuple[str, Form]] = []
        for name in reversed(SHARES):
            if name in PASSAGE_LINES and found and found[0][1].tokens <= self._free * _LONG_SHARE:
                continue
            tokens = self._tokens(candidate, name, texts[name]()) if name in texts else None
            if tokens is not None and tokens <= self._free and (not found or tokens < found[-1][1].tokens):
                found.append((name, Form(tokens, SHARES[name])))
        return found[::-1]

    def _tokens(self, candidate: Candidate, form: str, text: str) -> int | None:
        """None for what is empty, or too long beyond doubt."""
        long = _CHARS_A_TOKEN * self._budget
        if not text or (len(text) > long and self._measure(text[:long]) > self._budget):
            return None
        return self._measure(self._render(msgspec.structs.replace(candidate.part, form=_told(form), text=text))) + 1

    @staticmethod
    def _part(candidate: Candidate, name: str, form: Form) -> ContextPart:
        return msgspec.structs.replace(candidate.part, form=_told(name), text=dict(candidate.forms)[name](), tokens=form.tokens)

    def _result(self, shown: list[tuple[Candidate, ContextPart]], candidates: Sequence[Candidate]) -> Packed:
        while True:
            nodes = frozenset(candidate.node for candidate, _ in shown)
            whole = frozenset(candidate.node for candidate, part in shown if part.form == "whole")
            left_out = dict.fromkeys(
                one.part.symbol for one in candidates if one.node not in nodes and whole.isdisjoint(one.inside)
            )
            parts = tuple(part for _, part in shown)
            for names in range(_NAMES_TOLD, -1, -1):
                text = self._title + "".join(map(self._render, parts)) + _last_line(tuple(left_out), names)
                if (tokens := self._measure(text)) <= self._budget:
                    return Packed(parts, tuple(left_out), text, tokens, nodes, whole)
            if not shown:
                return Packed((), tuple(left_out), "", 0)
            shown.pop()


def _weight(forms: Sequence[tuple[str, Form]]) -> float:
    """What a candidate is worth by its length: next to nothing costs next to nothing, and would fill the answer by the dozen."""
    return min(1.0, forms[-1][1].tokens / FULL_TOKENS) if forms and forms[-1][0] == "whole" else 1.0


def _sure(item: Item, forms: Sequence[tuple[str, Form]]) -> Item:
    """It is to be there in one of these forms, whatever else is not."""
    return msgspec.structs.replace(item, value=_SURE_VALUE * item.value, forms=tuple(form for _, form in forms))


def _told(form: str) -> str:
    return "fragment" if form in PASSAGE_LINES else form


def rendered(part: ContextPart) -> str:
    """A part with its heading."""
    place = f"{visible(part.path)}:{part.start_line}-{part.end_line}"
    role = f", {part.role} {part.of}" if part.of else ""
    return f"\n## {place} {part.kind} {visible(part.symbol)} ({part.form}{role})\n{part.text}\n"


def _last_line(left_out: Sequence[str], names: int) -> str:
    if not left_out:
        return ""
    told = ", ".join(left_out[:names])
    return f"\nLeft out: {len(left_out)} more{', such as ' + told if told else ''}.\n"
