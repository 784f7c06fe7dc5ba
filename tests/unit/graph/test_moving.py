"""Edits that move lines only: what is taken over from the former graph is what linking anew gives, byte for byte."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.graph import Change, LinkFile, link, moved
from lepasserelle.model import FileFacts, Sections
from lepasserelle.parse import parse

SAMPLES = Path(__file__).parents[2] / "golden" / "samples"
MAIN = b"""'''Run it.'''
from ledger import *
import ledger as books

def run(items=[1]):
    '''Run.'''
    with open("x") as stream:
        for item in items:
            books.Ledger(item).total; item += 1
        first, *rest = items
    return [call() for call in (run, lambda: rest[0])]

@run
class Runner(books.Ledger):
    field = run()
    def __getitem__(self, key): return super().total(key)
"""
TEXTS = {
    "board.tsx": (SAMPLES / "tsx" / "board.tsx").read_bytes(),
    "ledger.py": (SAMPLES / "python" / "ledger.py").read_bytes(),
    "main.py": MAIN,
    "queue.go": (SAMPLES / "go" / "queue.go").read_bytes(),
    "queue.js": (SAMPLES / "javascript" / "queue.js").read_bytes(),
}
LANGUAGES = {"py": "python", "js": "javascript", "tsx": "tsx", "go": "go"}
NAMES = sorted(TEXTS)


def read(path: str, data: bytes) -> FileFacts:
    """A file's facts."""
    return parse(data, LANGUAGES[path.rpartition(".")[2]])


FACTS = {path: read(path, data) for path, data in TEXTS.items()}


def linked(facts: dict[str, FileFacts]) -> Sections:
    """The graph of all files."""
    files = [LinkFile(path, path.rpartition(".")[0], facts[path].language, 0, facts[path]) for path in sorted(facts)]
    return link(lambda: iter(files))


FORMER = linked(FACTS)


def after(path: str, data: bytes) -> tuple[Sections | None, Sections]:
    """(taken over, linked anew) when a file says something else."""
    facts = read(path, data)
    return moved(FORMER, [Change(NAMES.index(path), FACTS[path], facts)]), linked({**FACTS, path: facts})


def raw(sections: Sections) -> list[tuple[str, str, tuple[int, ...], bytes]]:
    """Everything that is written to a segment, in its order."""
    return [(name, array.dtype.str, array.shape, array.tobytes()) for name, array in sections.items()]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.sampled_from(NAMES), st.data())
def test_lines_put_anywhere_give_what_linking_gives(path: str, data: st.DataObject) -> None:
    """Wherever lines come in (also within a string or a statement) or go, taking over is right or is not done."""
    lines = TEXTS[path].splitlines(keepends=True)
    comment = b"# a note\n" if path.endswith(".py") else b"// a note\n"
    inserted = st.sampled_from([comment, b"\n", b"\n\n", b""])
    places = data.draw(st.dictionaries(st.integers(0, len(lines) - 1), inserted, min_size=1, max_size=4))
    text = b"".join(b"" if places.get(at) == b"" else places.get(at, b"") + line for at, line in enumerate(lines))
    found, expected = after(path, text)
    assert found is None or raw(found) == raw(expected)


@pytest.mark.parametrize(
    "edit",
    [
        (b"def run(", b"# why\n\n\ndef run("),
        (b"    '''Run.'''", b"    '''Run\n\n    all of it.\n    '''\n    # as said"),
        (b"    return [call()", b"\n" * 40_000 + b"    return [call()"),
        (b"\n\n@run", b"\n" * 70_000 + b"@run"),
        (b"class Runner", b"class  Runner"),
    ],
    ids=["comment", "documentation", "far away", "far below", "white space"],
)
def test_edits_that_move_only_are_taken_over(edit: tuple[bytes, bytes]) -> None:
    """Comments, documentation, white space: nothing is linked, places and texts are those of the new facts."""
    text = MAIN.replace(*edit)
    assert text != MAIN
    found, expected = after("main.py", text)
    assert found is not None
    assert raw(found) == raw(expected)


def test_several_files_move_at_once() -> None:
    """Two files that were written again, one of them far."""
    texts = {"ledger.py": b"\n" * 33_000 + TEXTS["ledger.py"], "queue.js": b"// first\n" + TEXTS["queue.js"]}
    facts = {path: read(path, data) for path, data in texts.items()}
    found = moved(FORMER, [Change(NAMES.index(path), FACTS[path], facts[path]) for path in reversed(facts)])
    assert found is not None
    assert raw(found) == raw(linked({**FACTS, **facts}))


@pytest.mark.parametrize(
    "edit",
    [
        (b"books.Ledger(item)", b"books.Account(item)"),
        (b"items=[1]", b"items=()"),
        (b"first, *rest", b"*rest, first"),
        (b"field = run()", b"field = run"),
        (b"item += 1", b"item += 2"),
        (b"; item += 1", b"\n            item += 1"),
        (b"def run(items=[1]):", b"def run(items=[1]):\n    global first"),
    ],
)
def test_edits_that_change_what_flows_are_linked(edit: tuple[bytes, bytes]) -> None:
    """Another callee, value or order of parts, and what shared a line on two: the former edges say nothing."""
    assert moved(FORMER, [Change(NAMES.index("main.py"), FACTS["main.py"], read("main.py", MAIN.replace(*edit)))]) is None


def test_the_order_of_lines_counts() -> None:
    """Two flows that change places are another program, though the same things stand in it."""
    before, later = b"x = f\nx = g\n\ndef f(): pass\ndef g(): pass\n", b"x = g\nx = f\n\ndef f(): pass\ndef g(): pass\n"
    facts = {"a.py": read("a.py", before)}
    assert moved(linked(facts), [Change(0, facts["a.py"], read("a.py", later))]) is None


def test_a_file_that_owns_what_stands_in_another_is_linked() -> None:
    """A type whose methods lie in another file: lines of both are compared, so those of one alone say nothing."""
    facts = {
        "a/one.go": read("a/one.go", b"package a\n\ntype Box struct{ n int }\n"),
        "a/two.go": read("a/two.go", b"package a\n\nfunc (b *Box) Get() int { return b.n }\n"),
    }
    for number, path in enumerate(facts):
        again = read(
            path, (b"package a\n\n\n" + {0: b"type Box struct{ n int }\n", 1: b"func (b *Box) Get() int { return b.n }\n"}[number])
        )
        assert moved(linked(facts), [Change(number, facts[path], again)]) is None
