"""What questions about the graph as a whole answer with. Frozen; field names are the keys of `--json` and are only ever added
to.
"""

import msgspec


class PathStep(msgspec.Struct, frozen=True):
    """One edge on a way from one symbol to another."""

    source: str
    target: str
    """Qualified names."""
    kind: str
    """An `EdgeKind` word."""
    resolution: str
    reason: str
    path: str
    line: int
    """Where the code states it first."""


class SymbolPath(msgspec.Struct, frozen=True):
    """A shortest way between two symbols; without steps there is none."""

    start: str
    end: str
    """As they were asked for."""
    steps: tuple[PathStep, ...]
    is_found: bool


class Cycle(msgspec.Struct, frozen=True):
    """Symbols or modules that all reach each other."""

    symbols: tuple[str, ...]
    """Qualified names, sorted."""
    steps: tuple[PathStep, ...]
    """A shortest way around through the first of them."""


class Unreferenced(msgspec.Struct, frozen=True):
    """A definition that nothing in the project names."""

    symbol: str
    kind: str
    path: str
    start_line: int
    end_line: int
    is_exported: bool
    """Public by its language's rule: code outside the project may use it."""
    is_entry: bool = False
    """Its head has a decorator or annotation, so that something else may call it."""


class Hotspot(msgspec.Struct, frozen=True):
    """A function where complexity, use and change meet."""

    symbol: str
    path: str
    start_line: int
    end_line: int
    score: float
    """The product of the three figures below, each divided by the project's largest; 1 at most."""
    complexity: int
    """Cyclomatic complexity."""
    centrality: float
    """PageRank over the asserted calls, the largest of the project being 1."""
    changes: int | None
    """Commits that changed its file; None: the project has no history that can be read, and it does not count."""
