"""What an ambiguous call could mean, in words: how many definitions, and which; places tell those of one name apart."""

from collections import Counter

from lepasserelle.graph import Reason
from lepasserelle.model import Edge


def said_candidates(edge: Edge, most: int) -> str:
    """`one of 2: a.help (a.py:3), a.help (a.py:4)`; at most so many are named. Empty for an edge without candidates."""
    if not edge.candidates:
        return ""
    names = Counter(edge.candidates)
    places = edge.candidate_places or (("", 0),) * len(edge.candidates)
    said = [
        f"{name} ({path}:{line})" if names[name] > 1 and path else name
        for name, (path, line) in zip(edge.candidates, places, strict=True)
    ]
    more = ", …" if len(said) > most else ""
    count = f"one of {len(said)}: " if len(said) > 1 else ""
    return f"{_lead(edge, count)}{count}{', '.join(said[:most])}{more}"


def _lead(edge: Edge, count: str) -> str:
    if edge.reason == Reason.OVERRIDES.words:
        return "may be overridden by "
    return "" if count else "perhaps "


def said_through(edge: Edge, shown: str, name: str) -> str:
    """The definition by which an edge has to do with the name that was asked for, where it goes by another: a constructor of the
    class with that name. Empty where that says nothing. `shown`: `source` or `target`, the other end.
    """
    own = edge.target if shown == "source" else edge.source
    last = own.rpartition(".")[2]
    return "" if edge.candidates or name.strip().removesuffix("()").endswith(last) else own
