"""What calls are given, as chains, in languages that tell overloads apart by types."""

import pytest

from lepasserelle.parse import parse


def given(language: str, code: str) -> dict[str, list[str]]:
    """Called name → its arguments, of calls from which types come."""
    facts = parse(code.encode(), language)
    return {
        reference.chain: facts.arguments[(reference.given >> 32) - 1].split("\t")
        for reference in facts.references
        if reference.given >> 32
    }


JAVA = """class A { void go(int n, B b, String... all) {
  f(n, b.c, this, (String) b, new B(), -n, n + 1, "a" + n, n > 1, b instanceof B);
  g(new int[2], new int[2][2], (int[]) b, n > 1 ? "a" : "b", 'c', A.class, x -> x);
  h(1, 2.5, null); } }"""


def test_arguments_of_java_are_chains_and_what_operators_give() -> None:
    """Casts and new instances are calls of their type, what counts is of what it counts with, arrays of arrays are nothing."""
    found = given("java", JAVA)
    assert found["f"] == ["n", "b.c", "<self>", "String()", "B()", "+n", "+n", "<str>", "<bool>", "<bool>"]
    assert found["g"] == ["int[]()", "?", "int[]()", "<str>", "<char>", "=Class", "<lambda1>"]
    assert "h" not in found, "numbers are told apart without it"


def test_equal_lists_of_a_file_stand_once() -> None:
    """Two calls that give the same share one list."""
    assert parse(b"class A { void go(B b) { f(b, 1); g(b, 2); } }", "java").arguments == ("b\t<int>",)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("kotlin", "fun go(x: Any, y: B) { if (x is B) f(x); f(b = y) }"),
        ("c_sharp", "class A { void Go(B b) { F(b: b); } }"),
        ("python", "def go(b): f(b)"),
    ],
)
def test_names_whose_type_depends_on_the_place_and_named_arguments_say_nothing(language: str, code: str) -> None:
    """No list is kept of them, nor of languages whose overloads types do not tell apart."""
    assert parse(code.encode(), language).arguments == ()
