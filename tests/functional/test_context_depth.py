"""A context shows the body that answers: the method under the head of its class, within the share of the best hits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.model import ContextPart
from lepasserelle.query.context import DEEP_SHARES, Candidate, Packed, Packer

FILLER = "".join(f"        steps.append({number})\n" for number in range(200))


def keeper(name: str) -> str:
    """A class too long to be shown, one method of which puts tickets away."""
    return (
        f"class {name}:\n"
        f'    """The ticket keeper: how a ticket is put away, and every ticket kept."""\n\n'
        f"    def prepare(self, steps):\n{FILLER}\n"
        f'    def put(self, ticket):\n        """Put one away."""\n        self.drawer.push(ticket.sealed())\n\n'
        f"    def clean(self, steps):\n{FILLER}\n"
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """The class that is asked for, and twenty files that speak of tickets as well."""
    root: Path = tmp_path_factory.mktemp("depth")
    (root / "keeping.py").write_text(keeper("TicketKeeper"), "utf-8")
    for number in range(20):
        (root / f"desk{number}.py").write_text(
            f"TICKET_LIMIT_{number} = {number}\n\n\ndef ticket_{number}():\n    return 'ticket'\n"
        )
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        yield leindex


@pytest.mark.parametrize("budget", [1000, 2000])
def test_a_method_that_is_folded_under_its_class_is_there_with_its_body(project: LeIndex, budget: int) -> None:
    """The class itself takes more than all of the room."""
    question = "what does the ticket keeper do"
    assert "keeping.TicketKeeper" in [hit.symbol for hit in project.search(question, 1)]
    found = project.analyze(question, budget)
    assert any("self.drawer.push(ticket.sealed())" in part.text for part in found.parts)
    assert len({part.path for part in found.parts}) > 3, "other files are there beside it"
    assert found.tokens <= budget


def candidate(
    node: int, rank: int | None, whole: int, *, inside: tuple[int, ...] = (), passage: int = 0, value: float = 1.0, head: int = 40
) -> Candidate:
    """Texts of so many characters, of which four are a token."""
    forms = [("whole", lambda: "w" * whole), ("head", lambda: "h" * head)]
    if passage:
        forms.append(("passage", lambda: "p" * passage))
    part = ContextPart(f"s{node}", "function", f"f{node}.py", 1, 9, "python")
    return Candidate(node, part, tuple(forms), frozenset(inside), value, rank)


def forms_of(packed: Packed) -> dict[str, str]:
    """Symbol → form."""
    return {part.symbol: part.form for part in packed.parts}


def length(text: str) -> int:
    """A token is four characters."""
    return -(-len(text) // 4)


def test_what_is_folded_under_the_best_hit_goes_before_what_is_only_near() -> None:
    """However cheap the others are."""
    others = [candidate(number, None, 100) for number in range(3, 60)]
    packed = Packer("", 2000, length).pack([candidate(0, 0, 20_000, value=3.0), candidate(1, 0, 2400, inside=(0,)), *others])
    assert forms_of(packed)["s1"] == "whole"
    assert forms_of(packed)["s0"] == "head"
    assert len(packed.parts) > 20


def test_a_body_beyond_the_share_is_a_passage_of_it() -> None:
    """Although others are worth more; it takes no more than the share."""
    others = [candidate(number, None, 400, value=9.0) for number in range(2, 40)]
    first = [candidate(0, 0, 20_000), candidate(1, 0, 6000, inside=(0,), passage=1200)]
    packed = Packer("", 2000, length).pack([*first, *others])
    assert forms_of(packed)["s1"] == "fragment"
    assert next(part for part in packed.parts if part.symbol == "s1").tokens <= 2000 * DEEP_SHARES[0]


def test_nothing_is_there_twice() -> None:
    """A class that is there whole shows its methods."""
    packed = Packer("", 2000, length).pack([candidate(0, 0, 1200), candidate(1, 0, 400, inside=(0,))])
    assert forms_of(packed) == {"s0": "whole"}


def test_little_room_has_a_smaller_share() -> None:
    """Of 500 tokens a tenth: heads of other files come first."""
    others = [candidate(number, None, 200, value=9.0) for number in range(1, 60)]
    forms = [forms_of(Packer("", budget, length).pack([candidate(0, 0, 600), *others])).get("s0", "none") for budget in (500, 2000)]
    assert forms[0] in {"none", "head"}
    assert forms[1] == "whole"


def test_the_best_hit_is_there_with_its_head_at_least() -> None:
    """Where bodies of others are cheaper and there is room for little."""
    others = [candidate(number, None, 240, value=0.9) for number in range(1, 12)]
    packed = Packer("", 300, length).pack([candidate(0, 0, 4000, head=400), *others])
    assert forms_of(packed)["s0"] == "head"


def test_next_to_nothing_does_not_fill_the_answer() -> None:
    """Definitions of one line that are half as near are cheap, and go behind the head of what is."""
    crumbs = [candidate(number, None, 44, value=0.5) for number in range(20, 40)]
    good = [candidate(number, None, 4000, value=1.0) for number in range(8)]
    packed = Packer("", 300, length).pack([*good, *crumbs])
    assert {f"s{number}" for number in range(6)} <= forms_of(packed).keys()
