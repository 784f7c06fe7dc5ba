"""Two versions of one file, taken apart into what binds names: what came and went, and which definition is which.

Of lines only their order counts, as in `essence`: two versions are compared as two sequences in the order of lines, and what
stands in another order counts as gone and come. Resolves nothing.
"""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise, takewhile
from typing import Final, NamedTuple

from lepasserelle.graph.locals import Locals
from lepasserelle.graph.mangling import mangle
from lepasserelle.model import FileFacts

DEFINITION, IMPORT, FLOW = range(3)
"""Kinds of an item."""

_MOST_COMPARED: Final = 4_000_000
"""Product of the lengths of two sequences beyond which everything between what they begin and end with counts as changed."""


Places = dict[tuple[int, str, int], int]
"""(place around, name, which of several) to the number of a place in the tree of definitions."""


class Item(NamedTuple):
    """Something that binds a name or says what a definition is."""

    kind: int
    number: int
    """Which of the file's definitions, imports or flows it is."""
    line: int
    content: tuple[object, ...]
    """Equal for two items that say the same, wherever they stand; scopes by their names from the file down."""


class Difference(NamedTuple):
    """What became of a file."""

    gone: list[Item]
    come: list[Item]
    nodes: list[int]
    """By definition of the version before: its number now, -1 for one that is gone."""


def difference_of(before: FileFacts, after: FileFacts) -> Difference | None:
    """What changed, but for the spelling of locals where nothing else did; None where the two do not keep the order in which they
    say the same.
    """
    if _head(before) != _head(after):
        return None
    versions = mangle(before), mangle(after)
    was, now = (_items(facts, bound, Locals(facts).unnamed, {}) for facts, bound in versions)
    if [item.content for item in was] != [item.content for item in now]:
        names: Places = {}
        was, now = (_items(facts, bound, _as_written, names) for facts, bound in versions)
    stays = _common(was, now)
    if not _keeps_order(stays):
        return None
    nodes = [-1] * len(before.definitions)
    nodes[0] = 0
    for old, new in stays:
        if old.kind == DEFINITION:
            nodes[old.number] = new.number
    left = {(old.kind, old.number) for old, _ in stays}, {(new.kind, new.number) for _, new in stays}
    gone, come = (
        [item for item in items if (item.kind, item.number) not in kept] for items, kept in zip((was, now), left, strict=True)
    )
    return Difference(gone, come, nodes)


def _as_written(_scope: int, chain: str) -> str:
    return chain


def _head(facts: FileFacts) -> tuple[object, ...]:
    module = facts.definitions[0]
    return facts.language, facts.package, module.kind, module.flags, module.bases, module.decorators, module.calling


def _items(facts: FileFacts, bound: dict[int, str], spelled: Callable[[int, str], str], names: Places) -> list[Item]:
    """In the order of lines, and within a line definitions, imports and flows as the file's tables have them. `names`: numbers
    for places in the tree of definitions, shared by versions that are to be compared.
    """
    places, seen, items = [-1], dict[tuple[int, str], int](), list[Item]()
    for number, each in enumerate(facts.definitions[1:], 1):
        parent, name = places[each.parent], bound.get(number, each.name)
        nth = seen[parent, name] = seen.get((parent, name), -1) + 1
        places.append(names.setdefault((parent, name, nth), len(names)))
        heads = [tuple([spelled(each.parent, chain) for chain in chains]) for chains in (each.bases, each.decorators)]
        content = (places[number], name, each.kind, each.flags, *heads, each.receiver, each.calling)
        items.append(Item(DEFINITION, number, each.start_line, (DEFINITION, *content)))
    for number, one in enumerate(facts.imports):
        content = (places[one.scope], one.module, one.name, one.alias, one.level, one.flags)
        items.append(Item(IMPORT, number, one.line, (IMPORT, *content)))
    for number, flow in enumerate(facts.flows):
        moved = spelled(flow.scope, flow.target), spelled(flow.scope, flow.source)
        items.append(Item(FLOW, number, flow.line, (FLOW, flow.kind, places[flow.scope], *moved)))
    return sorted(items, key=lambda item: item.line)


def _common(was: Sequence[Item], now: Sequence[Item]) -> list[tuple[Item, Item]]:
    """What both say, in the order in which both say it."""
    first = sum(1 for _ in takewhile(_same, zip(was, now, strict=False)))
    rest = min(len(was), len(now)) - first
    last = sum(1 for _ in takewhile(_same, zip(was[: -rest - 1 : -1], now[: -rest - 1 : -1], strict=True))) if rest else 0
    stays = list(zip(was[:first], now[:first], strict=True))
    old, new = was[first : len(was) - last], now[first : len(now) - last]
    if len(old) * len(new) <= _MOST_COMPARED:
        matcher = SequenceMatcher(None, [item.content for item in old], [item.content for item in new], autojunk=False)
        for block in matcher.get_matching_blocks():
            stays += zip(old[block.a : block.a + block.size], new[block.b : block.b + block.size], strict=True)
    return stays + list(zip(was[len(was) - last :], now[len(now) - last :], strict=True))


def _same(pair: tuple[Item, Item]) -> bool:
    return pair[0].content == pair[1].content


def _keeps_order(stays: Sequence[tuple[Item, Item]]) -> bool:
    """Whether what stays stands in the same order in lines (also what shares one) and in the tables of its kind."""
    for (old, new), (old_next, new_next) in pairwise(stays):
        if (old.line == old_next.line) != (new.line == new_next.line):
            return False
    for kind in (DEFINITION, IMPORT, FLOW):
        numbers = sorted((old.number, new.number) for old, new in stays if old.kind == kind)
        if any(new > new_next for (_, new), (_, new_next) in pairwise(numbers)):
            return False
    return True
