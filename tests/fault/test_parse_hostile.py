"""Files that nobody writes and every crawler meets: the parser answers, quickly, and never raises for what the bytes are."""

import random
from pathlib import Path

import pytest

from lepasserelle.model import FileFacts, NodeKind
from lepasserelle.parse import LANGUAGES, parse

DEEP = 100_000
DEEP_PYTHON = {
    "parentheses": b"x = " + b"(" * DEEP + b"1" + b")" * DEEP,
    "members": b"a" + b".b" * DEEP,
    "call chain": b"a" + b".b()" * DEEP,
    "nested calls": b"f(" * DEEP + b"1" + b")" * DEEP,
    "lists": b"[" * DEEP + b"]" * DEEP,
    "lambdas": b"f = " + b"lambda: " * DEEP + b"self",
    "operators": b"1" + b"+1" * DEEP,
    "open parentheses": b"(" * DEEP,
    "decorators": b"@a\n" * (DEEP // 10),
}
DEEP_JAVASCRIPT = {
    "arrows": b"x = " + b"() => " * DEEP + b"this",
    "functions": b"function f() {" * (DEEP // 4) + b"}" * (DEEP // 4),
    "objects": b"x = " + b"{a: " * DEEP + b"1" + b"}" * DEEP,
    "elements": b"<A>" * (DEEP // 4) + b"</A>" * (DEEP // 4),
    "open braces": b"{" * DEEP,
}


def well_formed(facts: FileFacts, data: bytes) -> None:
    """What must hold of every file."""
    assert facts.definitions[0].kind == NodeKind.MODULE
    count = len(facts.definitions)
    previous = 0
    for number, definition in enumerate(facts.definitions[1:], 1):
        assert 0 <= definition.parent < count
        assert definition.parent != number
        assert previous <= definition.start_byte <= definition.end_byte <= len(data)
        outer = facts.definitions[definition.parent]
        assert definition.parent == 0 or definition.end_byte <= outer.end_byte or definition.start_byte >= outer.end_byte
        assert len(definition.signature) <= 400
        assert len(definition.documentation) <= 2000
        previous = definition.start_byte
    for record in (*facts.imports, *facts.references, *facts.flows):
        assert 0 <= record.scope < count
    assert all(len(reference.chain) <= 200 and reference.chain for reference in facts.references)
    assert len(facts.problems) <= 50


@pytest.mark.parametrize("name", sorted(DEEP_PYTHON))
def test_depth_does_not_crash_python(name: str) -> None:
    """100 000 levels need no stack, and what stands before them is read."""
    data = b"def first():\n    return 0\n" + DEEP_PYTHON[name]
    facts = parse(data, "python")
    well_formed(facts, data)
    assert [(one.name, one.kind) for one in facts.definitions[1:2]] == [("first", NodeKind.FUNCTION)]


@pytest.mark.parametrize("name", sorted(DEEP_JAVASCRIPT))
def test_depth_does_not_crash_javascript(name: str) -> None:
    """100 000 levels need no stack, and what stands before them is read, or kept as a section where braces never end."""
    data = b"function first() { return 0 }\n" + DEEP_JAVASCRIPT[name]
    facts = parse(data, "javascript")
    well_formed(facts, data)
    assert facts.definitions[1].name in ("first", "function first() { return 0 }")
    assert (facts.definitions[1].kind == NodeKind.FUNCTION) == (name != "open braces")


def test_forty_thousand_comments_behind_a_function_cost_no_time() -> None:
    """The grammar looks through all that follow before each of them (over a minute); what stands behind is found."""
    comments = b"# a line that says little\r\n" * 40_000
    data = b"def first():\r\n    return 1\r\n" + comments + b"def second():\r\n    return first()\r\n"
    facts = parse(data, "python")
    well_formed(facts, data)
    assert [(one.name, one.start_line) for one in facts.definitions[1:]] == [("first", 1), ("second", 40_003)]
    assert [reference.line for reference in facts.references] == [40_004]


def test_a_text_that_looks_like_many_comments_is_read_as_it_is() -> None:
    """Also where one of its lines closes it."""
    lines = b"# a line of a text\n" * 300
    data = b'def first():\n    """\n' + lines + b'# the last one"""\n    return second()\n\n\ndef second():\n    return 1\n'
    facts = parse(data, "python")
    assert [one.name for one in facts.definitions[1:]] == ["first", "second"]
    assert facts.definitions[1].documentation.startswith("# a line of a text")
    assert not facts.problems


def test_a_file_of_loose_tokens_is_kept_as_sections() -> None:
    """It is found by its text, and the problem says what happened."""
    facts = parse(b"(" * DEEP, "python")
    assert {d.kind for d in facts.definitions[1:]} == {NodeKind.SECTION}
    assert facts.language == "python"
    assert "too damaged" in facts.problems[0].message


@pytest.mark.parametrize("tokens", [10, 1_000, 20_000, DEEP])
def test_a_line_of_loose_tokens_costs_itself_and_is_told(tokens: int) -> None:
    """What follows it is read as ever, however long the line is, and the line is a problem."""
    facts = parse(b"(" * tokens + b"\ndef f(): pass\n", "python")
    assert [(d.name, d.kind) for d in facts.definitions[1:]] == [("f", NodeKind.FUNCTION)]
    assert [(problem.line, problem.message[:17]) for problem in facts.problems] == [(1, "not understood: (")]


@pytest.mark.parametrize("language", [*sorted(LANGUAGES), "text", "markdown", "sql"])
def test_bytes_that_are_no_text(language: str) -> None:
    """NUL bytes, invalid UTF-8, a byte order mark, carriage returns, every byte value, nothing at all."""
    noise = random.Random(7).randbytes(3000)
    for data in (
        b"",
        b"\x00" * 100,
        b"\xff\xfe\xfa",
        b"\xef\xbb\xbfx = 1\r\ny = 2\r\n",
        bytes(range(256)) * 4,
        noise,
        b"\n" * 50,
        b"\r" * 50,
    ):
        well_formed(parse(data, language), data)


def test_names_that_are_no_utf8_are_decoded_with_replacement() -> None:
    """The function around them is found all the same."""
    facts = parse(b"def before(): pass\nx = '\xff\xfe'\ncaf\xe9 = 1\ndef after():\n    return 'caf\xe9'\n", "python")
    assert {"before", "after"} <= {d.name for d in facts.definitions}


def test_a_byte_order_mark_and_carriage_returns_change_nothing() -> None:
    """Windows' text is text."""
    plain = b'"""Doc.\n\nMore."""\ndef f(a):\n    """Inner."""\n    return a.b()\n'
    facts, marked = parse(plain, "python"), parse(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"), "python")
    for told in (facts, marked):
        assert [(d.name, d.documentation, d.start_line, d.signature) for d in told.definitions] == [
            ("", "Doc.\n\nMore.", 1, ""),
            ("f", "Inner.", 4, "def f(a)"),
        ]
    assert facts.references == marked.references


def test_one_line_of_a_megabyte() -> None:
    """As minifiers and data files have."""
    data = b"x = [" + b"1, " * 340_000 + b"a.b(1)]"
    facts = parse(data, "python")
    well_formed(facts, data)
    assert [reference.chain for reference in facts.references] == ["a.b"]


def test_problems_are_capped_and_say_how_many_were_left_out() -> None:
    """Fifty at most."""
    facts = parse(b"\n".join(b"def f%d(:\n    pass" % n for n in range(300)), "python")
    assert len(facts.problems) == 50
    assert facts.problems[-1].message.startswith("and ")


@pytest.mark.parametrize("language", ["python", "javascript", "typescript", "tsx"])
def test_every_prefix_of_a_program_is_parsed(language: str) -> None:
    """A file that was cut anywhere is still read."""
    folder = Path(__file__).parents[1] / "golden" / "samples" / language
    data = next(iter(sorted(folder.iterdir()))).read_bytes()
    for size in range(0, len(data), 193):
        well_formed(parse(data[:size], language), data[:size])


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_damaged_programs_are_parsed(language: str) -> None:
    """Pieces cut out, doubled and put in anywhere: whatever is left of the program is well formed."""
    folder = Path(__file__).parents[1] / "golden" / "samples" / language
    rng = random.Random(language)
    pieces = [b"(", b")", b"{", b"}", b'"', b"'", b";", b"\n", b"class ", b".", b"=", b"\xff", b"\x00", b"/*", b"`"]
    for program in sorted(folder.iterdir()):
        data = program.read_bytes()
        for _ in range(12):
            damaged = bytearray(data)
            for _ in range(rng.randint(1, 8)):
                place = rng.randrange(len(damaged))
                if rng.random() < 0.4:
                    del damaged[place : place + rng.randint(1, 40)]
                else:
                    damaged[place:place] = rng.choice([*pieces, data[place : place + 60]])
            well_formed(parse(bytes(damaged), language), bytes(damaged))
