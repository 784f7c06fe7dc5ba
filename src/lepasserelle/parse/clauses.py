"""Definitions that are written as several clauses (Haskell equations, Elixir heads) become one, spanning all of them.

A clause without body (a type signature, a head that only gives defaults) that stands first gives the signature.
"""

from lepasserelle.model import NodeKind
from lepasserelle.parse.draft import Draft


def merge_clauses(drafts: list[Draft]) -> list[Draft]:
    """The drafts in source order with neighbouring clauses of one scope joined into the first of them."""
    last: dict[int, Draft] = {}
    joined: dict[int, Draft] = {}
    kept = []
    for draft in drafts:
        if draft.parent is not None:
            draft.parent = joined.get(id(draft.parent), draft.parent)
            if draft.kind is not NodeKind.LAMBDA:
                before = last.get(id(draft.parent))
                if before is not None and _same(before, draft):
                    _join(before, draft)
                    joined[id(draft)] = before
                    continue
                last[id(draft.parent)] = draft
        kept.append(draft)
    _renumber(kept, joined)
    return kept


def _same(before: Draft, draft: Draft) -> bool:
    return before.name == draft.name and before.kind is draft.kind and bool(draft.clause) and before.clause == draft.clause


def _join(first: Draft, clause: Draft) -> None:
    first.clause_starts.append(clause.start)
    if first.body_start >= first.body_end:
        first.signature_end = first.signature_end or first.end
        first.body_start, first.body_end = clause.body_start, clause.body_end
    elif clause.body_start < clause.body_end:
        first.body_end = clause.body_end
    if not first.body_start < first.body_end:
        first.body_start = first.body_end = clause.end
    first.end = clause.end
    first.settle()


def _renumber(drafts: list[Draft], joined: dict[int, Draft]) -> None:
    """Anonymous functions of joined clauses are numbered through the whole definition."""
    if not joined:
        return
    counts: dict[int, int] = {}
    for draft in drafts:
        if draft.kind is NodeKind.LAMBDA and draft.parent is not None:
            count = counts[id(draft.parent)] = counts.get(id(draft.parent), 0) + 1
            draft.name = f"<lambda{count}>"
