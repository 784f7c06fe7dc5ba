"""What a cell admits, and in which round, follows from its sources, from the rounds of the copies that lead there and from what
handlers added: nothing else has to be known to solve one cell again.
"""

from collections import defaultdict
from random import Random
from typing import Any

import pytest
from small_programs import MODULES, Writer, path_of

from lepasserelle.graph import LinkFile, value_rounds
from lepasserelle.graph.linking import link
from lepasserelle.graph.value_cells import CONSTANT, SHIFT
from lepasserelle.graph.value_rounds import Rounds
from lepasserelle.parse import parse


class Recorded(Rounds):
    """Cells that write down what happens in which round."""

    made: "list[Recorded]" = []  # noqa: RUF012 - of one test at a time

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.added: dict[tuple[int, int], int] = {}
        self.copied: dict[tuple[int, int], int] = {}
        self.admitted: dict[int, dict[int, int]] = defaultdict(dict)
        Recorded.made.append(self)

    def add(self, cell: int, value: int) -> None:
        """A handler adds a value."""
        self.added.setdefault((cell, value), self.round)
        super().add(cell, value)

    def copy(self, source: int, target: int) -> None:
        """A handler asks for a copy."""
        if source < 0:
            self.added.setdefault((target, CONSTANT | -source << SHIFT), self.round)
        elif source and source != target:
            self.copied.setdefault((source, target), self.round)
        super().copy(source, target)

    def _admit(self) -> None:
        super()._admit()
        for cell, came in self._new.items():
            for value in (came,) if isinstance(came, int) else came:
                self.admitted[cell][value] = self.round

    def solved_again(self, cell: int, sources: list[tuple[int, int]], added: dict[int, int]) -> tuple[dict[int, int], bool]:
        """(value → round, whether one was turned away), of the sources' histories alone."""
        arrives = {value: number + 1 for value, number in added.items()}
        for source, since in sources:
            for value, number in self.admitted[source].items():
                at = max(since, number) + 1
                arrives[value] = min(at, arrives.get(value, at))
        found: dict[int, int] = {}
        for number in sorted(set(arrives.values())):
            came = {value for value, at in arrives.items() if at == number}
            found |= dict.fromkeys(self._chosen(-1, found.keys(), came), number)
        return found, len(found) < len(arrives)


@pytest.mark.parametrize("bound", [2, 3, 26])
def test_each_cell_follows_from_its_sources(bound: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories of all cells of random programs, most of them full where two values are the bound."""
    monkeypatch.setattr(value_rounds, "MOST_VALUES", bound)
    monkeypatch.setattr(value_rounds, "MOST_FEW", min(bound, 12))
    monkeypatch.setattr(value_rounds, "MOST", (bound,) * 16)
    monkeypatch.setattr("lepasserelle.graph.value_flow.Rounds", Recorded)
    for seed in range(10):
        Recorded.made.clear()
        writer = Writer(Random(seed))
        texts = {path_of(module): "".join(writer.module()) for module in MODULES}
        files = [
            LinkFile(path, path[:-3].replace("/", ".").removesuffix(".__init__"), "python", 0, parse(text.encode(), "python"))
            for path, text in sorted(texts.items())
        ]
        ended = list[int]()
        monkeypatch.setattr(
            "lepasserelle.graph.value_flow.Flow.end", lambda flow, ended=ended: ended.append(len(flow.cells.values))
        )
        link(lambda files=files: iter(files))
        (cells,) = Recorded.made
        sources, added = defaultdict(list), defaultdict(dict)
        for (source, target), since in cells.copied.items():
            sources[target].append((source, since))
        for (cell, value), number in cells.added.items():
            added[cell][value] = number
        full = set(cells.full)
        for cell in range(1, len(cells.values)):
            found, is_full = cells.solved_again(cell, sources[cell], added[cell])
            assert found == dict(cells.admitted[cell]), cell
            assert is_full == (cell in full), cell
        assert len(ended) == 1
