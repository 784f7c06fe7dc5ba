"""Code that nobody writes and somebody generates: statement level takes it without falling over, and says what it left out."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.slicing import backward, forward_from
from lepasserelle.model.body import Body, StatementFlag
from lepasserelle.parse.bodies import BODY_LANGUAGES, lower

DEEP = 2_000

HOSTILE = {
    "calls in calls": ("python", "def f(a):\n    return a + " + "g(" * DEEP + "a" + ")" * DEEP + "\n"),
    "a chain of methods": ("python", "def f(a):\n    return a" + ".b(1)" * DEEP + "\n"),
    "a chain of members": ("python", "def f(a):\n    return a" + ".b[1]" * DEEP + "\n"),
    "indices in indices": ("python", "def f(a):\n    return " + "a[" * DEEP + "1" + "]" * DEEP + "\n"),
    "lists in lists": ("python", "def f(a):\n    return " + "[" * DEEP + "a" + "]" * DEEP + "\n"),
    "comprehensions in comprehensions": ("python", "x = " + "[y for y in " * 200 + "a" + "]" * 200 + "\n"),
    "a chain of conditions": ("python", "x = " + "a if b else " * DEEP + "a\n"),
    "functions in functions": ("python", "".join(" " * i + f"def f{i}():\n" for i in range(95)) + " " * 95 + "return x\n"),
    "arrows in arrows": ("javascript", "let x = " + "() => " * 400 + "a;"),
    "blocks in blocks": ("javascript", "function f() " + "{" * DEEP + "}" * DEEP),
    "patterns in patterns": ("javascript", "function f() { let " + "[" * DEEP + "x" + "]" * DEEP + " = y; }"),
    "pointers to pointers": ("c", "int f() { int " + "*" * DEEP + "x; return x; }"),
    "conditions of the preprocessor": ("c", "int f() {\n" + "#if A\n" * 300 + "x = 1;\n" + "#endif\n" * 300 + "}"),
    "matches in matches": ("rust", "fn f() { " + "match a { _ => " * 200 + "1" + "}" * 200 + " }"),
    "lambdas in lambdas": ("java", "class A { void f() { g(" + "() -> h(" * 200 + "1" + ")" * 200 + "); } }"),
    "bytes that are no text": ("python", "def f(:\n  )(x = = 3 +\n\udcff\udcfe"),
}


def known(body: Body | None) -> Dependences:
    """The dependences of a body, every node asked."""
    assert body is not None
    found = Dependences(body)
    for node in range(found.flow.node_count):
        found.nodes_before(node)
    return found


READ = {
    "calls in calls": {"a", "g"},
    "a chain of methods": {"a"},
    "a chain of members": {"a"},
    "lists in lists": {"a"},
    "functions in functions": {"f1"},
    "patterns in patterns": {"x", "y"},
    "pointers to pointers": {"x"},
    "matches in matches": {"a"},
    "lambdas in lambdas": {"f"},
    "arrows in arrows": {"x"},
}
"""What is told of those that are taken apart; of the others a statement is marked, or a problem told."""


@pytest.mark.parametrize("name", HOSTILE)
def test_nesting_of_any_depth_is_taken(name: str) -> None:
    """The outermost function, or the file: its statements stand in it and in one another, and what they name is told or marked."""
    language, text = HOSTILE[name]
    data = text.encode("utf-8", "surrogateescape")
    whole = known(lower(data, language)).body
    assert len(whole.statements) == (not whole.problems)
    body = lower(data, language, 0, len(data)) or whole
    known(body)
    for number, one in enumerate(body.statements):
        assert body.start_byte <= one.start_byte <= one.end_byte <= body.end_byte
        assert -1 <= one.parent < number
    statements = (*whole.statements, *body.statements)
    told = {one.place[0] for statement in statements for one in (*statement.uses, *statement.writes)}
    is_marked = any(one.flags & StatementFlag.OPAQUE for one in body.statements)
    assert READ[name] <= told if name in READ else is_marked or body.problems


def test_what_lies_too_deep_may_do_anything_with_its_names() -> None:
    """It is marked, and the value behind it depends on it."""
    text = "def f(a, b):\n    x = 1\n    y = " + "[p for p in " * 200 + "[x := b]" + "]" * 200 + "\n    return x\n"
    body = lower(text.encode(), "python", 0, len(text))
    found = known(body)
    assert found.body.statements[1].flags & StatementFlag.OPAQUE
    assert backward(found, [2]) & {0, 1, 2} == {0, 1, 2}


def test_a_long_word_costs_no_time_where_items_are_made_when_they_are_read() -> None:
    """Each place of it was asked for the name of a `defaultdict`: nine seconds for twenty thousand characters."""
    text = (
        "def f(a):\n    a.rows: dict[str, int] = defaultdict(int)\n    a.rows[1]\n    x = '"
        + "a" * 100 * DEEP
        + "'\n    return a.rows\n"
    )
    body = lower(text.encode(), "python", 0, len(text))
    assert 1 in backward(known(body), [3])


@pytest.mark.parametrize("language", sorted(BODY_LANGUAGES))
def test_an_empty_file_and_a_broken_one_have_bodies(language: str) -> None:
    """A body without statements, or with problems."""
    assert known(lower(b"", language)).body.statements == ()
    broken = lower(b"((( {{{ = = \xff 'x", language)
    assert broken is not None
    assert broken.problems
    assert known(broken)


LARGE = 10_000

GENERATED = {
    "one after the other": (
        "python",
        "def f(a0):\n" + "".join(f"    a{i + 1} = a{i} + 1\n" for i in range(LARGE)) + f"    return a{LARGE}\n",
    ),
    "calls and fields": (
        "python",
        "def f(a):\n" + "".join(f"    a.x{i} = a.x{i // 2} + g(a)\n" for i in range(LARGE)) + "    return a\n",
    ),
    "a chain of elif": (
        "python",
        "def f(a):\n    if a == 0:\n        x = 0\n"
        + "".join(f"    elif a == {i}:\n        x = {i}\n" for i in range(LARGE // 2))
        + "    return x\n",
    ),
    "all in one try": (
        "python",
        "def f(a):\n    try:\n"
        + "".join(f"        x{i} = g(a)\n" for i in range(LARGE))
        + "    except E:\n        pass\n    return x1\n",
    ),
    "a chain of else if": (
        "javascript",
        "function f(a) {" + "".join(f"if (a == {i}) {{ x = {i}; }} else " for i in range(LARGE // 2)) + "{ x = 1; } return x; }",
    ),
    "a switch": (
        "c",
        "int f(int a) { int x; switch (a) {" + "".join(f"case {i}: x = {i}; break;\n" for i in range(LARGE // 3)) + "} return x; }",
    ),
}


@pytest.mark.parametrize("name", GENERATED)
def test_ten_thousand_statements_have_slices(name: str) -> None:
    """Both ways, without the square of their number."""
    language, text = GENERATED[name]
    body = lower(text.encode(), language, 0, len(text))
    assert body is not None
    assert len(body.statements) >= LARGE * 0.99
    found = Dependences(body)
    last = len(body.statements) - 1
    reached = backward(found, [last])
    assert last in reached
    assert len(reached) > LARGE // 3
    assert 0 in forward_from(found, [0], None)


@pytest.mark.parametrize("forward", [False, True])
def test_what_thousands_of_calls_may_change_has_a_slice_with_reasons(tmp_path: Path, forward: bool) -> None:
    """Each of thousands of calls may change what all later ones read: told pair by pair, that was fifty million, and 2.7 GB."""
    calls = "    a.m(x, b)\n    x = b.n(x)\n" * (LARGE // 2)
    (tmp_path / "k.py").write_text(f"def f(a, b):\n    x = 0\n{calls}    return x\n", encoding="utf-8")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        found = leindex.slice("k.py", 2 if forward else LARGE + 3, forward=forward)
    assert len(found.statements) == LARGE + 2
    assert found.is_complete
    assert all(one.why for one in found.statements)
    assert ("uses x" if forward else "writes x") in found.statements[5 if forward else 4].why
