"""What a context shows of a definition that is too long for it: the lines that answer, not its head alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.model import ContextPart
from lepasserelle.query.context import Candidate, Packer
from lepasserelle.query.passages import passage

EASTER = "# calculate easter sunday\na = year % 19; b = year // 100\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """A script and a function of 400 lines, each with its passage in the middle."""
    root: Path = tmp_path_factory.mktemp("passages")
    calls = [f"socket.stream(budget, {number})\n" for number in range(400)]
    (root / "script.py").write_text('"""Script."""\n' + "".join(calls[:200]) + EASTER + "".join(calls[200:]), "utf-8")
    playlist = "# shuffle the playlist without repeating the last song\nrandom.shuffle(songs)\n".splitlines(keepends=True)
    body = "".join(f"    {line}" for line in [*calls[:200], *playlist, *calls[200:]])
    (root / "player.py").write_text(f"def enormous(songs):\n{body}", "utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        yield leindex


@pytest.mark.parametrize("budget", [600, 1500, 4000])
@pytest.mark.parametrize(
    ("question", "path", "answer"),
    [
        ("date of easter", "script.py", "a = year % 19; b = year // 100"),
        ("shuffle playlist", "player.py", "random.shuffle(songs)"),
    ],
)
def test_the_passage_of_a_long_hit_stands_in_the_context(
    project: LeIndex, question: str, path: str, answer: str, budget: int
) -> None:
    """With its comment, marked as a fragment, and with what follows told by number."""
    found = project.analyze(question, budget)
    part = next(one for one in found.parts if one.path == path)
    assert part.form == "fragment"
    assert answer in part.text
    assert part.text.endswith("… to line 403")
    assert found.tokens <= budget


def test_room_that_is_left_makes_the_passage_wider(project: LeIndex) -> None:
    """Ten times the tokens show several times the lines."""
    narrow, wide = (
        next(one for one in project.analyze("date of easter", budget).parts if one.path == "script.py") for budget in (500, 4000)
    )
    assert len(wide.text.splitlines()) > 3 * len(narrow.text.splitlines())


def test_a_passage_begins_and_ends_where_statements_do() -> None:
    """Lines that are indented deeper than the one that answers belong to a statement that is there or is left out."""
    source = "a(\n    1,\n    2)\nb()\nanswer()\nc(\n    3,\n    4)\nd()"
    assert passage("head", source, 11, 15, 4) == "head\n… lines 14-15:\nb()\nanswer()\n… to line 19"
    assert passage("head", source, 11, 15, 6) == "head\n… lines 14-18:\nb()\nanswer()\nc(\n    3,\n    4)\n… to line 19"
    assert passage("head", source, 11, 15, 100) == f"head\n… lines 11-19:\n{source}"


def test_the_first_hit_is_there_with_its_passage_beside_whole_definitions() -> None:
    """Although others are worth more a token, and leave room for its head alone."""
    first = (("whole", lambda: "w" * 400), ("head", lambda: "h" * 10), ("passage", lambda: "p" * 60))
    parts = [ContextPart(f"s{number}", "function", "a.py", 1, 9, "python") for number in range(10)]
    others = [Candidate(number, parts[number], (("whole", lambda: "o" * 100),), value=5.0) for number in range(1, 10)]
    packed = Packer("", 1000, len, lambda part: part.text).pack([Candidate(0, parts[0], first), *others])
    assert (packed.parts[0].form, packed.parts[0].text) == ("fragment", "p" * 60)
    assert packed.left_out == ("s9",)
